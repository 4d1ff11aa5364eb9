import ZooModel
import ZooTensor

/// Scores labelled rows with a model.
public enum Evaluation {
    /// What a run needs to know.
    public struct Options: Sendable {
        /// The model.
        public var directory: String
        /// The labelled rows.
        public var dataFile: String
        /// The tasks wanted; nil takes all.
        public var tasks: [String]?
        /// How many threads.
        public var threads = 2
        /// Rows that may be skipped as unreadable.
        public var maxBadRows = 0
        /// Where parsed tables are kept.
        public var cacheDirectory: String?

        /// Options with their defaults.
        public init(directory: String, dataFile: String) {
            self.directory = directory
            self.dataFile = dataFile
        }
    }

    /// Scores every row.
    ///
    /// - Throws: `ZooModelError` for the model's files, `ZooTrainingError` for the table.
    public static func run(_ options: Options) throws -> EvaluationResult {
        let started = monotonicSeconds()
        let pool = WorkerPool(threads: options.threads)
        var scored = try ScoredTable(
            options.directory,
            options.dataFile,
            tasks: options.tasks,
            labels: .required,
            maxBadRows: options.maxBadRows,
            cache: options.cacheDirectory,
            pool: pool
        )
        var truth: [String: [Float]] = [:]
        for head in scored.model.heads {
            truth[head.task.name] = LabelReader.truth(head.task, from: scored.table)
        }
        let tasks = try scored.taskScores()
        return EvaluationResult(
            tasks: tasks,
            truth: truth,
            coverage: scored.coverage,
            rows: scored.table.rowCount,
            badRows: scored.badRows,
            seconds: monotonicSeconds() - started,
            data: DataSummary("test", scored.table, badRows: scored.badRows)
        )
    }
}

/// What an evaluation found.
public struct EvaluationResult: Sendable {
    /// Labels and scores of each task.
    public var tasks: [TaskScores]
    /// True probabilities by task, where the data knows them.
    public var truth: [String: [Float]]
    /// The share of each feature's values that were missing or not seen in training.
    public var coverage: [FeatureCoverage]
    /// Rows scored.
    public var rows: Int
    /// Rows and labels skipped.
    public var badRows: Int
    /// Reading included.
    public var seconds: Double
    /// The file.
    public var data: DataSummary
}
