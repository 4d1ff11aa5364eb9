import ZooFiles
import ZooModel
import ZooTensor

/// Scores rows without labels and writes the scores.
public enum Prediction {
    /// What a run needs to know.
    public struct Options: Sendable {
        /// The model.
        public var directory: String
        /// The rows.
        public var dataFile: String
        /// The CSV file to write.
        public var output: String
        /// The tasks wanted; nil takes all.
        public var tasks: [String]?
        /// How many threads.
        public var threads = 2
        /// Rows that may be skipped as unreadable.
        public var maxBadRows = 0
        /// Where parsed tables are kept.
        public var cacheDirectory: String?

        /// Options with their defaults.
        public init(directory: String, dataFile: String, output: String) {
            self.directory = directory
            self.dataFile = dataFile
            self.output = output
        }
    }

    /// Scores every row and writes one line a row: a column for a binary task or a regression, one a class otherwise.
    ///
    /// Where rows had to be skipped, a first column `line` says on which line of the source each row started.
    ///
    /// - Throws: `ZooModelError` for the model's files, `ZooTrainingError` for the table, `FileError` for the output.
    public static func run(_ options: Options) throws -> PredictionResult {
        let started = monotonicSeconds()
        let scored = try ScoredTable(
            options.directory,
            options.dataFile,
            tasks: options.tasks,
            labels: .unread,
            maxBadRows: options.maxBadRows,
            cache: options.cacheDirectory,
            pool: WorkerPool(threads: options.threads)
        )
        try write(scored, to: options.output)
        return PredictionResult(
            rows: scored.table.rowCount,
            badRows: scored.table.badRowCount,
            seconds: monotonicSeconds() - started
        )
    }

    private static func write(_ scored: ScoredTable, to path: String) throws {
        var file = try AtomicFile(path)
        let names = scored.model.heads.flatMap { head in
            head.outputs == 1
                ? [head.task.name] : head.configuration.classes.map { "\(head.task.name).\($0)" }
        }
        let hasLines = scored.table.badRowCount > 0
        try file.write(Array(((hasLines ? ["line"] : []) + names.map(quoted)).joined(separator: ",").utf8 + [0x0a]))
        var text = ""
        var done = 0
        try scored.forEachBatch { tasks in
            text.removeAll(keepingCapacity: true)
            let count = tasks.first.map { $0.scores.count / $0.outputs } ?? 0
            for row in 0..<count {
                if hasLines { text += "\(scored.table.line(ofRow: done + row))," }
                for (index, task) in tasks.enumerated() {
                    for output in 0..<task.outputs {
                        if index + output > 0 { text += "," }
                        text += task.scores[row * task.outputs + output].description
                    }
                }
                text += "\n"
            }
            try file.write(Array(text.utf8))
            done += count
        }
        try file.commit()
    }

    private static func quoted(_ name: String) -> String {
        guard name.contains(where: { ",\"\n\r".contains($0) }) else { return name }
        return "\"" + name.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }
}

/// What a prediction run did.
public struct PredictionResult: Sendable {
    /// Rows scored.
    public var rows: Int
    /// Rows skipped.
    public var badRows: Int
    /// Reading and writing included.
    public var seconds: Double
}
