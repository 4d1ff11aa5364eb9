import Testing
import ZooModel
import ZooTraining

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

@Suite struct TrainingTests {
    static let weightFiles = ["encoder/weights.safetensors", "heads/click/weights.safetensors"]

    @Test(arguments: ["type: shared-bottom", "type: mmoe, experts: 3"])
    func learnsWhatTheDataSays(encoder: String) throws {
        let world = try TinyWorld()
        let result = try world.pretrain("m", recipe: TinyWorld.recipe(encoder, epochs: 40))
        #expect(try TinyWorld.auc(result.validation, "click") > 0.8)
        #expect(try TinyWorld.auc(result.validation, "buy") > 0.8)
        let rating = try #require(result.validation.first { $0.task == "rating" })
        let report = MetricReport.regression(predictions: rating.scores, targets: rating.labels)
        #expect(try #require(report["rmse"]?.number) < 1)
        #expect(result.modules.map(\.path) == ["encoder", "heads/click", "heads/buy", "heads/rating"])
        let evaluation = try Evaluation.run(
            Evaluation.Options(directory: result.directory, dataFile: "\(world.path)/train.csv")
        )
        #expect(try TinyWorld.auc(evaluation.tasks, "click") > 0.8)
    }

    /// Six epochs of few rows would teach nothing.
    @Test func aSmallTableGetsStepsEnoughWithoutARecipe() throws {
        let world = try TinyWorld()
        let result = try world.pretrain("m", recipe: Recipe.pretraining)
        #expect(result.recipe.batchSize == 32 && result.recipe.epochs == 1_280 * 32 / 1_350)
        var recipe = Recipe.pretraining
        (recipe.epochs, recipe.leastSteps, recipe.batchSize) = (6, nil, 512)
        let short = try world.pretrain("short", recipe: recipe)
        #expect(short.recipe.batchSize == 512 && short.recipe.epochs == 6)
    }

    /// The best epoch is that of the loss that was trained, not of another.
    @Test func validationTakesTheTasksOwnLoss() throws {
        let world = try TinyWorld()
        let delta = 0.1
        try world.write(
            """
            features:
              - {name: user, kind: categorical, dim: 8}
              - {name: item, kind: categorical, dim: 8}
            tasks:
              - {name: rating, kind: regression, loss: huber, delta: 0.1}
            """,
            "schema.yaml"
        )
        let result = try world.pretrain("m")
        let rating = try #require(result.validation.first)
        let errors = zip(rating.scores, rating.labels).map { Double(abs($0 - $1)) }
        let huber = errors.map { $0 < delta ? 0.5 * $0 * $0 : delta * ($0 - 0.5 * delta) }.reduce(0, +)
        let mean = Double(rating.labels.reduce(0, +)) / Double(errors.count)
        let variance = rating.labels.map { (Double($0) - mean) * (Double($0) - mean) }.reduce(0, +)
        // Both in units of the target's deviation, which the held-out labels share with those of the training rows.
        let loss = try #require(result.history[result.bestEpoch - 1].validationLosses.first).loss
        #expect(abs(loss / (huber / variance) - 1) < 0.15)
    }

    @Test func threadsDoNotChangeTheWeights() throws {
        let world = try TinyWorld()
        for threads in [1, 2, 4] { _ = try world.pretrain("m\(threads)", threads: threads) }
        for file in Self.weightFiles {
            #expect(try world.bytes("m1/\(file)") == world.bytes("m2/\(file)"))
            #expect(try world.bytes("m1/\(file)") == world.bytes("m4/\(file)"))
        }
    }

    @Test func aResumedRunEndsAsAnUninterruptedOne() throws {
        let world = try TinyWorld()
        _ = try world.pretrain("whole")
        #expect { try world.pretrain("cut", stoppingAfter: 3) } throws: {
            ($0 as? ZooTrainingError)?.code == .interrupted
        }
        _ = try world.pretrain("cut", resume: true)
        for file in Self.weightFiles { #expect(try world.bytes("whole/\(file)") == world.bytes("cut/\(file)")) }
    }

    @Test func anotherRunsCheckpointIsRefused() throws {
        let world = try TinyWorld()
        _ = try? world.pretrain("m", stoppingAfter: 1)
        var other = try TinyWorld.recipe()
        other.seed = 8
        #expect { try world.pretrain("m", recipe: other, resume: true) } throws: {
            ($0 as? ZooTrainingError)?.code == .usage
        }
    }

    @Test func frozenFineTuningLeavesTheEncoderAsItIs() throws {
        let world = try TinyWorld()
        _ = try world.pretrain("base", recipe: TinyWorld.recipe(epochs: 30))
        let result = try FineTuning.run(world.fineTuning("base", .frozen, "head"))
        for file in ["weights.safetensors", "model.json", "schema.yaml", "features.json", "vocabularies.safetensors"] {
            #expect(try world.bytes("base/encoder/\(file)") == world.bytes("head/encoder/\(file)"))
        }
        #expect(result.modules.map(\.path) == ["encoder", "heads/again"])
        #expect(try TinyWorld.auc(result.validation, "again") > 0.6)
        let evaluation = try Evaluation.run(
            Evaluation.Options(directory: result.directory, dataFile: "\(world.path)/train.csv")
        )
        #expect(try TinyWorld.auc(evaluation.tasks, "again") > 0.6)
    }

    @Test func partialAndFullFineTuningMakeDeltas() throws {
        let world = try TinyWorld()
        _ = try world.pretrain("base", recipe: TinyWorld.recipe(epochs: 30))
        let partial = try FineTuning.run(world.fineTuning("base", .partial, "partial"))
        let full = try FineTuning.run(world.fineTuning("base", .full, "full"))
        let delta = try #require(partial.modules.last)
        #expect(delta.path == "deltas/again" && delta.tensors == 2)
        #expect(try #require(full.modules.last).tensors > 2)
        #expect(try world.bytes("base/encoder/weights.safetensors") == world.bytes("full/encoder/weights.safetensors"))
        let evaluation = try Evaluation.run(
            Evaluation.Options(directory: full.directory, dataFile: "\(world.path)/train.csv")
        )
        #expect(try TinyWorld.auc(evaluation.tasks, "again") > 0.6)
    }

    @Test func thawingOneEmbeddingTrainsNoOtherOfItsWidth() throws {
        let world = try TinyWorld()
        _ = try world.pretrain("base", recipe: TinyWorld.recipe(epochs: 1))
        let frozen = try FineTuning.run(world.fineTuning("base", .frozen, "frozen"))
        var options = world.fineTuning("base", .partial, "partial")
        options.thaw = ["embedding.item"]
        let partial = try FineTuning.run(options)
        let delta = try #require(partial.modules.last)
        #expect(delta.path == "deltas/again" && delta.tensors == 1)
        let item = try #require(partial.features.first { $0.name == "item" }?.cardinality)
        #expect(partial.trainedParameters - frozen.trainedParameters == item * 8)
    }

    @Test func whatCannotBeMeantIsRefused() throws {
        let world = try TinyWorld()
        _ = try world.pretrain("base", recipe: TinyWorld.recipe(epochs: 1))
        var pinned = world.fineTuning("base", .frozen, "a")
        pinned.base.pinnedDigest = "sha256:2"
        #expect { try FineTuning.run(pinned) } throws: { "\($0)".contains("sha256:2 is pinned") }
        var thawed = world.fineTuning("base", .partial, "b")
        thawed.thaw = ["encoder.9"]
        #expect { try FineTuning.run(thawed) } throws: { "\($0)".contains("no layer 'encoder.9' to thaw") }
        #expect(throws: ZooTrainingError.self) { try world.pretrain("base") }
    }

    @Test func predictionsMatchEvaluation() throws {
        let world = try TinyWorld(rows: 600)
        let result = try world.pretrain("m", recipe: TinyWorld.recipe(epochs: 2))
        let output = "\(world.path)/scores.csv"
        var options = Prediction.Options(
            directory: result.directory,
            dataFile: "\(world.path)/train.csv",
            output: output
        )
        options.tasks = ["click"]
        #expect(try Prediction.run(options).rows == 600)
        let lines = String(decoding: try world.bytes("scores.csv"), as: UTF8.self).split(separator: "\n")
        let evaluation = try Evaluation.run(
            Evaluation.Options(directory: result.directory, dataFile: "\(world.path)/train.csv")
        )
        let scores = try #require(evaluation.tasks.first { $0.task == "click" }).scores
        #expect(lines[0] == "click")
        #expect(lines.dropFirst().map { Float($0) } == scores.map { $0 })
    }
}
