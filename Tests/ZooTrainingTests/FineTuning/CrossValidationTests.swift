import Testing
import ZooModel
import ZooTraining

@Suite struct CrossValidationTests {
    /// Every row is in one fold, folds differ by a row at most, and their shares of a rare class hardly differ.
    @Test(arguments: [1, 2] as [UInt64]) func foldsAreEvenInEveryClass(seed: UInt64) throws {
        let text = (0..<103).map { $0 % 10 == 0 ? "1" : $0 % 7 == 0 ? "" : "0" }
        let labels = try LabelReaderTests.labels(text, .binary(.truth))
        let folds = RowSelection.folds(5, of: labels, seed: seed)
        #expect(folds.count == 5)
        #expect((0..<103).allSatisfy { row in folds.count { $0.contains(row) } == 1 })
        for fold in folds {
            #expect((20...21).contains(fold.count))
            var positives = 0
            fold.forEach { if labels.values[$0] == 1 { positives += 1 } }
            #expect((2...3).contains(positives))
        }
        #expect(
            (0..<5).contains { part in (0..<103).contains { row in folds[part].contains(row) != (row % 5 == part) } }
        )
    }

    /// Every row is scored by weights that had not seen it, and all of them train in the end.
    @Test func everyRowValidatesAndEveryRowTrains() throws {
        let world = try TinyWorld(rows: 600)
        _ = try world.pretrain("base", recipe: TinyWorld.recipe(epochs: 30))
        var options = world.fineTuning("base", .frozen, "head")
        var prepared: [Int] = []
        var folds: [FoldSummary] = []
        let result = try FineTuning.run(options) {
            if case .prepared(let rows, _, _) = $0 { prepared.append(rows) }
            if case .fold(let fold) = $0 { folds.append(fold) }
        }
        #expect(prepared == [600])
        #expect(folds.map(\.fold) == [1, 2, 3, 4, 5] && folds.allSatisfy { $0.folds == 5 })
        // As many steps as the median's, in whole epochs of a quarter more rows.
        #expect(result.epochs == Int((Double(folds.map(\.bestEpoch).sorted()[2]) * 0.8).rounded(.up)))
        #expect(result.validation[0].labels.count == 600)
        #expect(result.history.allSatisfy { $0.validationLosses.isEmpty })
        // A model that had seen a row would know its label better than one that had not.
        let evaluation = try Evaluation.run(
            Evaluation.Options(directory: result.directory, dataFile: "\(world.path)/train.csv")
        )
        let (seen, unseen) = (
            try TinyWorld.auc(evaluation.tasks, "again"), try TinyWorld.auc(result.validation, "again")
        )
        #expect(unseen > 0.6 && seen > unseen)

        options.output += "-held-out"
        options.recipe.stopping.folds = 0
        #expect(try FineTuning.run(options).validation[0].labels.count == 120)
    }

    /// Cut in a fold or in the last training, a run ends with the weights that it would have had.
    @Test(arguments: [3, 15, 26]) func aResumedRunEndsAsAnUninterruptedOne(checks: Int) throws {
        let world = try TinyWorld(rows: 300)
        _ = try world.pretrain("base", recipe: TinyWorld.recipe(epochs: 5))
        func run(_ output: String, stoppingAfter checks: Int = .max, resume: Bool = false) throws {
            var options = world.fineTuning("base", .full, output)
            (options.recipe.epochs, options.recipe.batchSize) = (4, 64)
            options.recipe.stopping.folds = 2
            options.checkpointDirectory = "\(world.path)/checkpoint-\(output)"
            options.resume = resume
            var done = 0
            let shouldStop = {
                done += 1
                return done > checks
            }
            _ = try FineTuning.run(options, shouldStop: shouldStop)
        }
        try run("whole")
        #expect { try run("cut", stoppingAfter: checks) } throws: {
            ($0 as? ZooTrainingError)?.code == .interrupted
        }
        try run("cut", resume: true)
        for file in ["heads/again/weights.safetensors", "deltas/again/weights.safetensors"] {
            #expect(try world.bytes("whole/\(file)") == world.bytes("cut/\(file)"))
        }
    }

    @Test func anotherEncoderIsRefused() throws {
        let world = try TinyWorld(rows: 300)
        _ = try world.pretrain("base", recipe: TinyWorld.recipe(epochs: 1))
        var options = world.fineTuning("base", .scratch, "head")
        options.recipe.encoder = SharedBottomConfiguration()
        #expect { try FineTuning.run(options) } throws: { "\($0)".contains("the recipe's encoder is not the base's") }
    }
}
