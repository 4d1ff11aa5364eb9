public import ZooTensor

/// What normalises a layer's output before its activation.
public enum NormalisationName: String, Sendable, Hashable, CaseIterable {
    /// Nothing.
    case none
    /// Over a row's columns, after Ba, Kiros and Hinton.
    case layer
    /// Over a batch's rows, after Ioffe and Szegedy; running statistics at inference.
    case batch
}

/// A stack of affine maps, each followed by normalisation, activation and dropout.
public struct MLPConfiguration: Sendable, Hashable {
    /// The width of each layer, input side first.
    public var layers: [Int]
    /// The function after each.
    public var activation: Activation
    /// What normalises each.
    public var normalisation: NormalisationName
    /// The share of each layer's outputs dropped in training, in [0, 1).
    public var dropout: Float

    /// A stack; without arguments an empty one, the identity.
    public init(
        layers: [Int] = [],
        activation: Activation = .relu,
        normalisation: NormalisationName = .none,
        dropout: Float = 0
    ) {
        self.layers = layers
        self.activation = activation
        self.normalisation = normalisation
        self.dropout = dropout
    }

    /// The keys of a stack in a recipe.
    package static let keys = ["layers", "activation", "normalisation", "dropout"]

    /// A stack out of a mapping's keys; what is not there is taken from `defaults`.
    ///
    /// - Throws: `ZooModelError` `.badData` with the place.
    package init(_ map: ConfigurationMapping, defaults: MLPConfiguration = MLPConfiguration()) throws {
        self = defaults
        if let node = map["layers"] { layers = try node.list().map { try $0.integer(in: 1...16_384) } }
        if let node = map["activation"] { activation = try node.choice() }
        if let node = map["normalisation"] { normalisation = try node.choice() }
        if let node = map["dropout"] { dropout = Float(try node.number(in: 0...0.95)) }
    }

    /// The stack as entries of a mapping, every option spelt out.
    package var configuration: [(String, ConfigurationValue)] {
        [
            ("layers", .list(layers.map { .integer($0) })),
            ("activation", .string(activation.rawValue)),
            ("normalisation", .string(normalisation.rawValue)),
            ("dropout", ConfigurationValue(dropout)),
        ]
    }
}

extension ConfigurationValue {
    /// A float in its shortest decimal form, which as a `Double` has no tail of digits.
    package init(_ value: Float) {
        self = .number(Double(value.description) ?? Double(value))
    }
}
