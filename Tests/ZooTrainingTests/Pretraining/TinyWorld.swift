import Testing
import ZooModel
import ZooTraining

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A temporary directory with a small made-up table: two encoder tasks, a regression, and a new task.
final class TinyWorld {
    let path: String
    static let threads = 2

    init(rows: Int = 1_500) throws {
        path = FileManager.default.temporaryDirectory.path + "/zoo-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        var text = "user,item,x,click,buy,rating,again\n"
        for row in 0..<rows {
            let bits = Self.hash(row)
            let (user, item, number) = (bits % 23, (bits / 23) % 17, Double((bits / 391) % 100) / 50 - 1)
            let taste = (user % 3 == item % 3 ? 1.5 : -1) + number
            let noise = Double((bits / 39_100) % 100) / 100 - 0.5
            let buy = row % 5 == 0 ? "" : taste + noise > 1 ? "1" : "0"
            text += "u\(user),i\(item),\(number),\(taste + noise > 0 ? 1 : 0),\(buy),\(3 + taste),"
            text += "\(taste - noise > 0.3 ? "yes" : "no")\n"
        }
        try write(text, "train.csv")
        try write(
            """
            features:
              - {name: user, kind: categorical, dim: 8}
              - {name: item, kind: categorical, dim: 8}
              - {name: x, kind: numeric, buckets: 8, dim: 4}
            tasks:
              - {name: click, kind: binary}
              - {name: buy, kind: binary}
              - {name: rating, kind: regression}
            ignore: [again]
            """,
            "schema.yaml"
        )
        try write("task: {name: again, kind: binary}\n", "task.yaml")
    }

    /// SplitMix64's finaliser: neighbouring rows share no pattern that a hold-out could pick up.
    private static func hash(_ row: Int) -> Int {
        var bits = UInt64(row + 1) &* 0x9e37_79b9_7f4a_7c15
        bits = (bits ^ (bits >> 30)) &* 0xbf58_476d_1ce4_e5b9
        bits = (bits ^ (bits >> 27)) &* 0x94d0_49bb_1331_11eb
        return Int((bits ^ (bits >> 31)) >> 2)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ text: String, _ name: String) throws {
        try Data(text.utf8).write(to: URL(filePath: "\(path)/\(name)"))
    }

    func bytes(_ name: String) throws -> Data { try Data(contentsOf: URL(filePath: "\(path)/\(name)")) }

    static func recipe(_ encoder: String = "type: mmoe, experts: 3", epochs: Int = 6) throws -> Recipe {
        try Recipe.parse(
            """
            encoder: {\(encoder), layers: [16, 8], dropout: 0.1}
            heads: {layers: [8]}
            optimiser: {type: adam, rate: 0.01, clip: 5}
            early_stopping: {hold_out: 0.2, patience: 20}
            batch_size: 128
            epochs: \(epochs)
            seed: 7
            """
        )
    }

    func pretrain(
        _ output: String,
        recipe: Recipe? = nil,
        threads: Int = threads,
        stoppingAfter epochs: Int = .max,
        resume: Bool = false
    ) throws -> TrainingResult {
        var options = Pretraining.Options(
            schemaFile: "\(path)/schema.yaml",
            dataFile: "\(path)/train.csv",
            recipe: try recipe ?? Self.recipe(),
            output: "\(path)/\(output)"
        )
        options.threads = threads
        options.checkpointDirectory = "\(path)/checkpoint-\(output)"
        options.resume = resume
        var finished = 0
        return try Pretraining.run(
            options,
            progress: { if case .epoch = $0 { finished += 1 } },
            shouldStop: { finished >= epochs }
        )
    }

    func fineTuning(_ base: String, _ mode: TrainingMode, _ output: String) -> FineTuning.Options {
        FineTuning.Options(
            base: FineTuning.Base(directory: "\(path)/\(base)", reference: "base:1", digest: "sha256:1"),
            taskFile: "\(path)/task.yaml",
            dataFile: "\(path)/train.csv",
            mode: mode,
            output: "\(path)/\(output)"
        )
    }

    static func auc(_ scores: [TaskScores], _ task: String) throws -> Double {
        let scores = try #require(scores.first { $0.task == task })
        return try #require(RankedScores(scores: scores.scores, labels: scores.labels).auc.number)
    }
}
