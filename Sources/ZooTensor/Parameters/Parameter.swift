/// What a parameter belongs to: learning rates and freezing are set by group.
public enum ParameterGroup: String, Sendable, Hashable, CaseIterable {
    case encoder
    case head
    case delta
}

/// A dense trainable array: a named range of its store's flat buffer.
public final class Parameter: @unchecked Sendable {
    /// The unique name, as in the weight file: `encoder.trunk.0.weight`.
    public let name: String
    /// The extents; linear weights are [outputs, inputs].
    public let shape: Shape
    /// What the parameter belongs to.
    public let group: ParameterGroup
    /// Whether it is a running average, kept by the forward pass and never trained.
    public let isStatistic: Bool
    /// Whether backward passes compute a gradient and optimisers update it.
    public var isTrainable: Bool

    package let index: Int
    package let offset: Int
    // The store owns its parameters, and outlives whoever reads their values.
    private unowned(unsafe) let store: ParameterStore

    init(
        name: String,
        shape: Shape,
        group: ParameterGroup,
        isStatistic: Bool,
        index: Int,
        offset: Int,
        store: ParameterStore
    ) {
        self.isStatistic = isStatistic
        isTrainable = !isStatistic
        self.name = name
        self.shape = shape
        self.group = group
        self.index = index
        self.offset = offset
        self.store = store
    }

    /// The number of floats.
    public var count: Int { shape.count }

    /// The values, row-major; valid until the store gets its next parameter.
    public var values: UnsafeMutableBufferPointer<Float> {
        UnsafeMutableBufferPointer(start: store.valuesPointer + offset, count: shape.count)
    }
}
