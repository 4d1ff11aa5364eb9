public import ZooModel
import ZooTensor

/// The engine's schedule, beside `Recipe.Schedule`, which counts in shares of a run.
public typealias RateSchedule = Schedule

/// How a model is trained: everything that, with the data and the instruction set, determines the weights.
public struct Recipe: Sendable {
    /// The update rule and its numbers.
    public struct Optimiser: Sendable, Hashable {
        /// The rules there are.
        public enum Kind: String, Sendable, Hashable, CaseIterable {
            case sgd, adam, adamw, adagrad
        }

        /// The rule.
        public var kind = Kind.adam
        /// The peak learning rate.
        public var rate: Float = 1e-3
        /// Multiplies the rate for the encoder's parameters.
        public var encoderRate: Float = 1
        /// Of dense parameters.
        public var weightDecay: Float = 0
        /// Of the embedding rows that a batch touches.
        public var embeddingDecay: Float = 0
        /// Of `sgd`.
        public var momentum: Float = 0.9
        /// The largest norm of all gradients together.
        public var clip: Float?
    }

    /// The learning rate over the run.
    public struct Schedule: Sendable, Hashable {
        /// What follows the warm-up.
        public var decay = RateSchedule.Decay.constant
        /// The share of all steps over which the rate rises from 0.
        public var warmUp: Float = 0
        /// The share of the rate that is left at the end.
        public var floor: Float = 0
    }

    /// When to stop before the last epoch, on validation rows.
    public struct Stopping: Sendable, Hashable {
        /// What is compared from epoch to epoch.
        public enum Metric: String, Sendable, Hashable, CaseIterable {
            /// The weighted sum of the tasks' losses.
            case loss
            /// The mean AUC of the binary tasks, less the losses of others.
            case auc
        }

        /// Epochs without a better one that end the run; nil runs them all.
        public var patience: Int?
        /// What is compared.
        public var metric = Metric.loss
        /// The share of training rows that is held out where no validation file is given; 0 holds none out.
        public var holdOut: Float = 0
        /// In fine-tuning, in place of a hold-out: parts of the rows that validate in turn, after which all rows train
        /// for the number of epochs found; 0 for none, nil for what suits the number of rows.
        public var folds: Int?
    }

    /// The encoder; nil in a recipe of fine-tuning, whose base brings one, and for what pretraining takes by itself.
    public var encoder: (any EncoderConfiguration)?
    /// Heads whose task has no entry in `taskHeads`.
    public var head = HeadConfiguration()
    /// Heads by task.
    public var taskHeads: [String: HeadConfiguration] = [:]
    /// Weights by task, in place of the schema's.
    public var taskWeights: [String: Float] = [:]
    /// Where the recipe's file gives something to a task, by the task's name.
    var taskPlaces: [String: SourceLocation] = [:]
    /// The update rule.
    public var optimiser = Optimiser()
    /// The learning rate over the run.
    public var schedule = Schedule()
    /// When to stop early.
    public var stopping = Stopping()
    /// Rows a step; nil for what suits the number of rows.
    public var batchSize: Int?
    /// Passes over the training rows at most.
    public var epochs = 10
    /// Rows a step at most, where the number of rows decides.
    var largestBatch = 1_024
    /// Steps that a run takes at least, in up to ``mostEpochs`` if it must; nil where the user said how many epochs.
    package var leastSteps: Int?
    /// Of all that is random.
    public var seed: UInt64 = 1

    /// The learning rates that a recipe may ask for.
    package static let rates = 1e-9...100.0
    /// Epochs that a run gets for its steps' sake.
    static let mostEpochs = 60
    /// The seeds that a recipe may ask for.
    package static let seeds = 0...Int.max

    /// A recipe of defaults.
    public init(encoder: (any EncoderConfiguration)? = nil) {
        self.encoder = encoder
    }

    /// Refuses what is meant for a task that there is not.
    ///
    /// - Throws: `ZooTrainingError` `.badData` with the place in the recipe's file.
    func requireTasks(among tasks: [TaskDefinition]) throws {
        let known = tasks.map(\.name)
        for task in taskHeads.keys.sorted() + taskWeights.keys.sorted() where !known.contains(task) {
            let place = taskPlaces[task].map { "\($0)" } ?? "the recipe"
            throw ZooTrainingError(
                .badData,
                "\(place): there is no task '\(task)'\(Suggestion.clause(for: task, among: known))"
            )
        }
    }

    /// The head of a task.
    func head(of task: String) -> HeadConfiguration { taskHeads[task] ?? head }

    /// The engine's form of the optimiser for a run of so many steps.
    func optimiserConfiguration(steps: Int) -> OptimiserConfiguration {
        let rule: OptimiserConfiguration.Rule =
            switch optimiser.kind {
            case .sgd: .sgd(momentum: optimiser.momentum)
            case .adam: .adam()
            case .adamw: .adamW()
            case .adagrad: .adagrad()
            }
        return OptimiserConfiguration(
            rule: rule,
            learningRate: optimiser.rate,
            weightDecay: optimiser.weightDecay,
            embeddingDecay: optimiser.embeddingDecay,
            clipNorm: optimiser.clip,
            schedule: RateSchedule(
                schedule.decay,
                warmUpSteps: Int(Float(steps) * schedule.warmUp),
                totalSteps: steps,
                floor: schedule.floor
            ),
            groups: [.encoder: .init(rateFactor: optimiser.encoderRate)]
        )
    }
}
