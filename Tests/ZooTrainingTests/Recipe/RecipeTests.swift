import Testing
import ZooModel
import ZooTraining

@Suite struct RecipeTests {
    static func message(_ text: String) -> String {
        do {
            _ = try Recipe.parse(text, file: "r.yaml")
            return ""
        } catch { return "\(error)" }
    }

    @Test func readsWhatItWrites() throws {
        let recipe = try Recipe.parse(
            """
            encoder: {type: mmoe, experts: 4, layers: [32, 16], activation: gelu, dropout: 0.2}
            heads: {layers: [8], tasks: {buy: {layers: [4, 2], input: true}}}
            task_weights: {buy: 2}
            optimiser: {type: adamw, rate: 0.002, encoder_rate: 0.1, weight_decay: 0.01, clip: 1}
            schedule: {type: cosine, warm_up: 0.1, floor: 0.05}
            early_stopping: {patience: 3, metric: auc, hold_out: 0.1}
            batch_size: 512
            epochs: 4
            seed: 9
            """
        )
        let again = try Recipe.parse(recipe.configuration.flow)
        #expect(again.configuration.json == recipe.configuration.json)
        #expect(again.taskHeads["buy"]?.tower.layers == [4, 2])
        #expect((again.encoder as? MMoEConfiguration)?.experts == 4)
        #expect(again.optimiser == recipe.optimiser && again.stopping == recipe.stopping && again.seed == 9)
    }

    @Test func whatIsLeftOutIsTheModesDefault() throws {
        let frozen = Recipe.fineTuning(mode: .frozen)
        #expect(try Recipe.parse("{}", defaults: frozen).configuration.json == frozen.configuration.json)
        let text = "optimiser: {rate: 0.25}\nearly_stopping: {folds: 3}\nheads: {layers: [4]}\n"
        let recipe = try Recipe.parse(text, defaults: frozen)
        #expect(recipe.optimiser.rate == 0.25 && recipe.optimiser.kind == .adamw)
        #expect(recipe.optimiser.weightDecay == frozen.optimiser.weightDecay)
        #expect(recipe.stopping.folds == 3 && recipe.stopping.patience == frozen.stopping.patience)
        #expect(recipe.head.tower.layers == [4] && recipe.head.readsInput)
        #expect(recipe.epochs == frozen.epochs && recipe.batchSize == nil)
    }

    @Test(arguments: [
        ("encoder: {type: mmoe}\nepoch: 3\n", "r.yaml:2:1: unknown key 'epoch' in a recipe; did you mean 'epochs'?"),
        ("encoder: {type: mmoo}\n", "r.yaml:1:17: there is no encoder type 'mmoo'; known: shared-bottom, mmoe"),
        ("encoder: {type: shared-bottom, experts: 3}\n", "r.yaml:1:32: unknown key 'experts' in an encoder"),
        ("optimiser: {type: lamb}\n", "r.yaml:1:19: optimiser.type cannot be 'lamb'"),
        ("early_stopping: {folds: 1}\n", "r.yaml:1:25: early_stopping.folds has to be 0 or at least 2"),
        ("epochs: many\n", "r.yaml:1:9: epochs has to be a whole number; found 'many'"),
    ])
    func refusesWithThePlace(text: String, expected: String) {
        #expect(Self.message(text).hasPrefix(expected), "\(Self.message(text))")
    }
}
