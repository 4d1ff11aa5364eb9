/// What a run tells whoever watches it.
public enum TrainingEvent: Sendable {
    /// A table is being read.
    case reading(file: String)
    /// The model stands and training begins.
    case prepared(rows: Int, parameters: Int, trainable: Int)
    /// A frozen encoder's outputs are being computed, once a row.
    case encoding(done: Int, total: Int)
    /// Training goes on; a few times a second.
    case step(StepProgress)
    /// An epoch ended.
    case epoch(EpochSummary)
}

/// Takes a run's events, on the thread that trains.
public typealias TrainingProgress = (TrainingEvent) -> Void

/// One task's mean loss over rows with a label.
public struct TaskLoss: Sendable, Codable, Hashable {
    /// The task.
    public var task: String
    /// The mean.
    public var loss: Double
}

/// Where a run stands.
public struct StepProgress: Sendable {
    /// The epoch, from 1, and how many there may be.
    public var epoch, epochs: Int
    /// Rows done in this epoch, and in all of it.
    public var rowsDone, rowsTotal: Int
    /// The speed in this epoch.
    public var rowsPerSecond: Double
    /// Until the last epoch's end, if none is spared.
    public var secondsLeft: Double
    /// Means over this epoch so far.
    public var losses: [TaskLoss]
}

/// What an epoch brought.
public struct EpochSummary: Sendable, Codable {
    /// The epoch, from 1.
    public var epoch: Int
    /// Means over the training rows, as they were trained on.
    public var trainLosses: [TaskLoss]
    /// Means over the validation rows, after the epoch; empty without any.
    public var validationLosses: [TaskLoss]
    /// What early stopping compares: larger is better.
    public var validationScore: Double?
    /// At the epoch's end, by group.
    public var learningRates: [String: Double]
    /// The training's speed.
    public var rowsPerSecond: Double
    /// The epoch's time, validation included.
    public var seconds: Double
    /// Whether its weights are the best so far.
    public var isBest: Bool
    /// Steps of the run so far.
    public var steps: Int
}
