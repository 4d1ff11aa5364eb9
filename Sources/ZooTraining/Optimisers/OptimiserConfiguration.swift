public import ZooTensor

/// Which optimiser, and its numbers. Defaults are PyTorch's.
public struct OptimiserConfiguration: Sendable, Hashable {
    /// The update rule; embedding rows get its lazy form (only rows that a batch touches move).
    public enum Rule: Sendable, Hashable {
        /// w −= lr·m, m = momentum·m + g
        case sgd(momentum: Float = 0)
        /// Kingma and Ba 2015; weight decay is added to the gradient.
        case adam(beta1: Float = 0.9, beta2: Float = 0.999, epsilon: Float = 1e-8)
        /// Loshchilov and Hutter 2019; weight decay shrinks the weights.
        case adamW(beta1: Float = 0.9, beta2: Float = 0.999, epsilon: Float = 1e-8)
        /// Duchi et al. 2011
        case adagrad(epsilon: Float = 1e-10)
    }

    /// What a group of parameters changes.
    public struct GroupOptions: Sendable, Hashable {
        /// Multiplies the learning rate.
        public var rateFactor: Float
        /// Replaces the weight decay where set.
        public var weightDecay: Float?

        /// Options of one group.
        public init(rateFactor: Float = 1, weightDecay: Float? = nil) {
            self.rateFactor = rateFactor
            self.weightDecay = weightDecay
        }
    }

    /// The update rule.
    public var rule: Rule
    /// The learning rate before schedule and group factors.
    public var learningRate: Float
    /// The weight decay of dense parameters.
    public var weightDecay: Float
    /// The weight decay of embedding rows, applied to touched rows only.
    public var embeddingDecay: Float
    /// The largest global norm of all gradients together; nil clips nothing.
    public var clipNorm: Float?
    /// The factor on the learning rate at each step.
    public var schedule: Schedule
    /// Per-group changes: an encoder slower than a new head, say.
    public var groups: [ParameterGroup: GroupOptions]

    /// A configuration.
    public init(
        rule: Rule = .adam(),
        learningRate: Float = 1e-3,
        weightDecay: Float = 0,
        embeddingDecay: Float = 0,
        clipNorm: Float? = nil,
        schedule: Schedule = Schedule(),
        groups: [ParameterGroup: GroupOptions] = [:]
    ) {
        self.rule = rule
        self.learningRate = learningRate
        self.weightDecay = weightDecay
        self.embeddingDecay = embeddingDecay
        self.clipNorm = clipNorm
        self.schedule = schedule
        self.groups = groups
    }
}
