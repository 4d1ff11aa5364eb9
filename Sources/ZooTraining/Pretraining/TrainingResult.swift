/// What a run made and how.
public struct TrainingResult: Sendable {
    /// The encoder in figures.
    public struct EncoderSummary: Sendable {
        /// The kind of encoder.
        public var type: String
        /// Floats in all.
        public var parameters: Int
        /// Columns of its representation.
        public var outputWidth: Int
    }

    /// A feature in figures.
    public struct FeatureSummary: Sendable {
        /// The name.
        public var name: String
        /// The kind.
        public var kind: String
        /// `encoder`, or the task whose head reads it.
        public var scope: String
        /// Rows of its embedding table; 0 where it has none.
        public var cardinality: Int
    }

    /// A task of the model.
    public struct TaskSummary: Sendable {
        /// The name.
        public var name: String
        /// The kind.
        public var kind: String
        /// A multi-class task's classes.
        public var classes: [String]
    }

    /// A directory of the model.
    public struct ModuleSummary: Sendable {
        /// The path in the directory.
        public var path: String
        /// The kind.
        public var kind: String
        /// Tensors in its weight file.
        public var tensors: Int
        /// Floats in all.
        public var parameters: Int
    }

    /// The model's directory.
    public var directory: String
    /// What was trained.
    public var mode: TrainingMode
    /// How.
    public var recipe: Recipe
    /// Epochs run.
    public var epochs: Int
    /// The epoch whose weights were kept, from 1.
    public var bestEpoch: Int
    /// Every epoch.
    public var history: [EpochSummary]
    /// The encoder.
    public var encoder: EncoderSummary
    /// The features.
    public var features: [FeatureSummary]
    /// The tasks.
    public var tasks: [TaskSummary]
    /// The directory's parts.
    public var modules: [ModuleSummary]
    /// The files read.
    public var data: [DataSummary]
    /// Floats that training could change.
    public var trainedParameters: Int
    /// Labels and scores of the validation rows by the weights kept, or of all rows by folds, each by weights that had
    /// not seen it; empty without such rows.
    public var validation: [TaskScores]
    /// Of the whole run, reading included.
    public var seconds: Double
    /// Of training alone.
    public var rowsPerSecond: Double
}

/// A data file that a run read.
public struct DataSummary: Sendable {
    /// `train`, `validation` or `test`.
    public var role: String
    /// The path as given.
    public var file: String
    /// Of the file's bytes; empty where it cannot be told.
    public var digest: String
    /// Rows read.
    public var rows: Int
    /// Rows and labels skipped.
    public var badRows: Int

    init(_ role: String, _ table: Table, badRows: Int) {
        self.role = role
        file = table.source
        digest = table.digest ?? ""
        rows = table.rowCount
        self.badRows = badRows
    }
}

/// A task's labels and a model's scores, row by row.
public struct TaskScores: Sendable {
    /// What a task predicts.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        case binary, multiclass, regression
    }

    /// The task.
    public var task: String
    /// What it predicts.
    public var kind: Kind
    /// A multi-class task's classes.
    public var classes: [String]
    /// 0 or 1, a class's index, or the target; NaN where it is missing.
    public var labels: [Float]
    /// [rows, outputs]: probabilities of a positive or of each class, or predictions.
    public var scores: [Float]
    /// Scores a row.
    public var outputs: Int
}
