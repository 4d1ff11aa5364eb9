public import ZooTensor

/// What a head reads for some rows: the encoder's representation and, where it asks for it, the encoder's input.
public struct Representation {
    /// [rows, encoder.outputWidth].
    public var trunk: Tensor
    /// [rows, input.width]; only read by heads with a gate or with `readsInput`.
    public var input: Tensor?

    /// A representation.
    public init(trunk: Tensor, input: Tensor?) {
        self.trunk = trunk
        self.input = input
    }
}

/// One task's own part of a model: a gate over experts, task-specific features, a tower and an output layer.
public final class Head: @unchecked Sendable {
    /// The task.
    public let task: TaskDefinition
    /// How it is built.
    public package(set) var configuration: HeadConfiguration
    /// Features that only this head sees.
    public let features: FittedFeatures?
    /// Logits a row: 1, or the number of classes.
    public let outputs: Int

    package let gate: Gate?
    package let standardisers: (trunk: Standardiser, input: Standardiser?)?
    package let featureInput: EmbeddingInput?
    private let tower: MLP
    package let output: Linear

    /// A head on an encoder, its parameters named `heads.<task>.…` in the store.
    package init(
        _ task: TaskDefinition,
        _ configuration: HeadConfiguration,
        features: FittedFeatures?,
        encoder: any Encoder,
        inputWidth: Int,
        store: ParameterStore
    ) {
        self.task = task
        self.configuration = configuration
        self.features = features
        outputs = task.kind.isMulticlass ? configuration.classes.count : 1
        let scope = ParameterScope(store: store, prefix: Self.prefix(task.name), group: .head)
        let needsInput = encoder.experts > 1 || configuration.readsInput
        gate =
            encoder.experts > 1
            ? Gate(inputWidth: inputWidth, experts: encoder.experts, in: scope.scope("gate")) : nil
        standardisers =
            configuration.isStandardised
            ? (
                Standardiser(width: encoder.outputWidth, in: scope.scope("standard.trunk")),
                needsInput ? Standardiser(width: inputWidth, in: scope.scope("standard.input")) : nil
            ) : nil
        featureInput = features.map { EmbeddingInput($0.layout, in: scope) }
        let width = encoder.headWidth + (configuration.readsInput ? inputWidth : 0) + (featureInput?.width ?? 0)
        tower = MLP(configuration.tower, inputWidth: width, in: scope.scope("tower"))
        output = Linear(tower.outputWidth, outputs, in: scope.scope("output"))
    }

    /// What the names of a head's parameters start with in a store.
    package static func prefix(_ task: String) -> String { "heads.\(task)." }

    /// Whether the head reads the encoder's input.
    package var needsInput: Bool { gate != nil || configuration.readsInput }

    /// [rows, outputs] logits, or standardised predictions of a regression.
    ///
    /// - Parameters:
    ///   - representation: what the encoder gives.
    ///   - isStandardised: whether `representation` has been through ``standardise(_:)`` already.
    ///   - own: the batch of the head's own features, where it has any, of which `range` is wanted.
    package func callAsFunction(
        _ representation: Representation,
        isStandardised: Bool = false,
        own: FeatureBatch? = nil,
        range: Range<Int>
    ) -> Tensor {
        let read = isStandardised ? representation : standardise(representation)
        var x = read.trunk
        if let gate, let input = read.input { x = gate(input, experts: x) }
        if configuration.readsInput, let input = read.input { x = x.tape.concat([x, input], axis: -1) }
        if let featureInput, let own { x = x.tape.concat([x, featureInput(x.tape, own, range)], axis: -1) }
        return output(tower(x))
    }

    /// The representation by the head's statistics.
    package func standardise(_ representation: Representation) -> Representation {
        guard let standardisers else { return representation }
        return Representation(
            trunk: standardisers.trunk(representation.trunk),
            input: representation.input.map { standardisers.input?($0) ?? $0 }
        )
    }

    /// Scores out of logits: probabilities, or standardised predictions of a regression.
    package func scores(_ logits: Tensor) -> Tensor {
        switch task.kind {
        case .binary: logits.sigmoid()
        case .multiclass: logits.softmax()
        case .regression: logits
        }
    }

    /// The task's loss over some rows: scale · Σ ℓ over the rows that have a label.
    ///
    /// - Parameters:
    ///   - logits: [rows, outputs].
    ///   - labels: one a row; 0 or 1, or a standardised target; NaN is missing.
    ///   - classes: one a row for a multi-class task; below 0 is missing.
    ///   - scale: the task's weight over the whole batch's present labels.
    package func loss(
        _ logits: Tensor,
        labels: UnsafePointer<Float>,
        classes: UnsafePointer<Int32>,
        scale: Float
    ) -> Tensor {
        switch (task.kind, task.loss) {
        case (.multiclass, _): logits.softmaxCrossEntropy(classes: classes, scale: scale)
        case (.binary, _): logits.binaryCrossEntropy(labels: labels, scale: scale)
        case (.regression, .huber(let delta)):
            logits.huber(labels: labels, delta: delta / configuration.target.deviation, scale: scale)
        case (.regression, _): logits.squaredError(labels: labels, scale: scale)
        }
    }
}

extension TaskDefinition.Kind {
    /// Whether there is one logit a class.
    package var isMulticlass: Bool {
        if case .multiclass = self { true } else { false }
    }
}
