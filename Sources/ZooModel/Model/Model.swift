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

    /// An encoder with first values drawn from the seed, and no heads.
    public init(_ configuration: any EncoderConfiguration, features: FittedFeatures, seed: UInt64) {
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
    @discardableResult
    package func addHead(
        _ task: TaskDefinition,
        _ configuration: HeadConfiguration,
        features: FittedFeatures? = nil
    ) -> Head {
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
