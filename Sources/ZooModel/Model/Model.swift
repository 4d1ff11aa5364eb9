public import ZooTensor

/// An encoder with its heads: rows in, one set of logits a task out.
public final class Model: @unchecked Sendable {
    /// The numbers.
    public let store: ParameterStore
    /// What the encoder is.
    public let configuration: any EncoderConfiguration
    /// How raw rows become what the encoder reads.
    public let features: FittedFeatures
    /// The first layer.
    public let input: EmbeddingInput
    /// The shared part.
    public let encoder: any Encoder
    /// The tasks' parts.
    public private(set) var heads: [Head] = []

    private var size = ModelSize()
    private let copies: Int

    /// An encoder with first values drawn from the seed, and no heads.
    ///
    /// - Parameter copies: how many floats there will be for a weight: 1 to score, with an optimiser's moments and the
    ///   best weights so far 4 to train.
    /// - Throws: `ZooModelError` `.badData` where it would not fit into memory.
    public init(
        _ configuration: any EncoderConfiguration,
        features: FittedFeatures,
        seed: UInt64,
        copies: Int = 1
    ) throws {
        let stacks = configuration.stacks
        size.add(features.layout)
        size.add(stacks.each, inputWidth: features.layout.width, copies: stacks.count)
        try size.requireRoom(copies: copies)
        self.copies = copies
        store = ParameterStore(seed: seed)
        self.configuration = configuration
        self.features = features
        input = EmbeddingInput(features.layout, in: ParameterScope(store: store, prefix: "", group: .encoder))
        encoder = configuration.makeEncoder(
            inputWidth: input.width,
            in: ParameterScope(store: store, prefix: "encoder.", group: .encoder)
        )
    }

    /// Adds a head.
    ///
    /// - Throws: `ZooModelError` `.badData` where it would not fit into memory.
    @discardableResult
    package func addHead(
        _ task: TaskDefinition,
        _ configuration: HeadConfiguration,
        features: FittedFeatures? = nil
    ) throws -> Head {
        let width = encoder.headWidth + (configuration.readsInput ? input.width : 0) + (features?.layout.width ?? 0)
        if let features { size.add(features.layout) }
        size.add(configuration.tower, inputWidth: width)
        try size.requireRoom(copies: copies)
        let head = Head(
            task,
            configuration,
            features: features,
            encoder: encoder,
            inputWidth: input.width,
            store: store
        )
        heads.append(head)
        return head
    }

    /// The encoder's representation of rows of a batch.
    package func encode(_ tape: Tape, _ batch: FeatureBatch, _ range: Range<Int>) -> Representation {
        let input = input(tape, batch, range)
        return Representation(trunk: encoder(input), input: input)
    }

    /// The encoder's tensors, embeddings first, each under its name in `encoder/weights.safetensors`.
    public var encoderTensors: [ModelTensor] {
        input.tables.map { ModelTensor("embedding.\($0.name).weight", $0) }
            + store.parameters.filter { $0.group == .encoder }.map { ModelTensor($0.name, $0) }
    }

    /// A head's tensors, each under its name in `heads/<task>/weights.safetensors`.
    public func tensors(of head: Head) -> [ModelTensor] {
        let prefix = Head.prefix(head.task.name)
        let tables = head.featureInput?.tables ?? []
        return tables.map { ModelTensor("embedding.\($0.name).weight", $0) }
            + store.parameters.filter { $0.name.hasPrefix(prefix) }
            .map { ModelTensor(String($0.name.dropFirst(prefix.count)), $0) }
    }

    /// The head of a task.
    ///
    /// - Throws: `ZooModelError` `.notFound` with the tasks there are.
    public func head(_ task: String) throws -> Head {
        if let head = heads.first(where: { $0.task.name == task }) { return head }
        throw ZooModelError(
            .notFound,
            "the model has no head for a task '\(task)'\(Suggestion.clause(for: task, among: heads.map(\.task.name)))"
        )
    }
}
