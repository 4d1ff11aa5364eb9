import Fuzzing
import ZooTraining

/// Recipes, which name encoders and heads.
@main struct Main {
    static func main() {
        Fuzzing.run { input in
            let recipe = try Recipe.parse(String(decoding: input, as: UTF8.self))
            precondition(recipe.batchSize ?? 1 > 0 && recipe.epochs > 0 && recipe.optimiser.rate > 0)
            precondition((0..<1).contains(recipe.stopping.holdOut))
        }
    }
}
