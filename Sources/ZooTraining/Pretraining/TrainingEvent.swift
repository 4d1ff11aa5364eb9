/// What a run tells whoever watches it.
public enum TrainingEvent: Sendable {
    /// A table is being read.
    case reading(file: String)
    /// Rows or labels of a table were skipped as bad; `first` says where and why the first one was.
    case skipped(file: String, rows: Int, first: String)
    /// The model stands and training begins.
    case prepared(rows: Int, parameters: Int, trainable: Int)
    /// A frozen encoder's outputs are being computed, once a row.
    case encoding(done: Int, total: Int)
    /// Training goes on; a few times a second.
    case step(StepProgress)
    /// An epoch ended.
    case epoch(EpochSummary)
    /// A fold of a cross-validation ended; its steps and epochs are not told.
    case fold(FoldSummary)
}

/// Takes a run's events, on the thread that trains.
public typealias TrainingProgress = (TrainingEvent) -> Void

/// One task's mean loss over rows with a label.
public struct TaskLoss: Sendable, Codable, Hashable {
    /// The task.
    public var task: String
    /// The mean.
    public var loss: Double

    /// A task's loss.
    public init(task: String, loss: Double) {
        self.task = task
        self.loss = loss
    }
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

    package init(
        epoch: Int,
        epochs: Int,
        rowsDone: Int,
        rowsTotal: Int,
        rowsPerSecond: Double,
        secondsLeft: Double,
        losses: [TaskLoss]
    ) {
        (self.epoch, self.epochs, self.rowsDone, self.rowsTotal) = (epoch, epochs, rowsDone, rowsTotal)
        (self.rowsPerSecond, self.secondsLeft, self.losses) = (rowsPerSecond, secondsLeft, losses)
    }
}

/// What training without one fold of the rows, and validating on it, brought.
public struct FoldSummary: Sendable {
    /// The fold, from 1, and how many there are.
    public var fold, folds: Int
    /// The epoch after which it was best, from 1.
    public var bestEpoch: Int
    /// Means over the fold's rows after that epoch.
    public var losses: [TaskLoss]

    package init(fold: Int, folds: Int, bestEpoch: Int, losses: [TaskLoss]) {
        (self.fold, self.folds, self.bestEpoch, self.losses) = (fold, folds, bestEpoch, losses)
    }
}

/// What an epoch brought.
public struct EpochSummary: Sendable, Codable {
    /// The epoch, from 1, and how many there may be.
    public var epoch, epochs: Int
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

    package init(
        epoch: Int,
        epochs: Int,
        trainLosses: [TaskLoss],
        validationLosses: [TaskLoss],
        validationScore: Double?,
        learningRates: [String: Double],
        rowsPerSecond: Double,
        seconds: Double,
        isBest: Bool,
        steps: Int
    ) {
        (self.epoch, self.epochs, self.steps, self.isBest) = (epoch, epochs, steps, isBest)
        (self.trainLosses, self.validationLosses) = (trainLosses, validationLosses)
        (self.validationScore, self.learningRates) = (validationScore, learningRates)
        (self.rowsPerSecond, self.seconds) = (rowsPerSecond, seconds)
    }
}
