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
    }

    /// The encoder; nil in a recipe of fine-tuning, whose base brings one.
    public var encoder: (any EncoderConfiguration)?
    /// Heads whose task has no entry in `taskHeads`.
    public var head = HeadConfiguration()
    /// Heads by task.
    public var taskHeads: [String: HeadConfiguration] = [:]
    /// Weights by task, in place of the schema's.
    public var taskWeights: [String: Float] = [:]
    /// The update rule.
    public var optimiser = Optimiser()
    /// The learning rate over the run.
    public var schedule = Schedule()
    /// When to stop early.
    public var stopping = Stopping()
    /// Rows a step.
    public var batchSize = 1024
    /// Passes over the training rows at most.
    public var epochs = 10
    /// Of all that is random.
    public var seed: UInt64 = 1

    /// A recipe of defaults.
    public init(encoder: (any EncoderConfiguration)? = nil) {
        self.encoder = encoder
    }

    /// What pretraining without a recipe does: a mixture of four small experts, stopped early.
    public static var pretraining: Recipe {
        let expert = MLPConfiguration(layers: [128, 64], dropout: 0.1)
        var recipe = Recipe(encoder: MMoEConfiguration(experts: 4, expert: expert))
        recipe.head = HeadConfiguration(tower: MLPConfiguration(layers: [32]))
        recipe.optimiser.kind = .adamw
        recipe.optimiser.weightDecay = 0.1
        recipe.optimiser.embeddingDecay = 0.1
        recipe.schedule.decay = .linear
        recipe.stopping = Stopping(patience: 2, holdOut: 0.1)
        recipe.batchSize = 512
        recipe.epochs = 6
        return recipe
    }

    /// What fine-tuning without a recipe does, its batch scaled to the rows.
    ///
    /// - Parameter rows: training rows; nil where they are not known yet.
    public static func fineTuning(mode: TrainingMode, rows: Int? = nil) -> Recipe {
        var recipe = Recipe()
        recipe.batchSize = rows.map { max(32, min(1024, $0 / 16)) } ?? 256
        recipe.stopping = Stopping(patience: 8, metric: .loss, holdOut: 0.2)
        recipe.optimiser.kind = .adamw
        switch mode {
        case .frozen:
            recipe.epochs = 60
            recipe.head = HeadConfiguration(readsInput: true, isStandardised: true)
            recipe.optimiser.rate = 2e-3
            recipe.optimiser.weightDecay = 0.5
        case .partial, .full:
            recipe.epochs = 40
            recipe.head = HeadConfiguration(tower: MLPConfiguration(layers: [32], dropout: 0.1))
            recipe.optimiser.rate = 2e-3
            recipe.optimiser.encoderRate = 0.25
            recipe.optimiser.weightDecay = 0.01
        case .pretrain, .scratch:
            recipe.epochs = 40
            recipe.head = HeadConfiguration(tower: MLPConfiguration(layers: [32], dropout: 0.1))
            recipe.optimiser.rate = 2e-3
            recipe.optimiser.weightDecay = 0.01
        }
        return recipe
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
