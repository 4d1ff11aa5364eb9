import ZooTensor

/// One stack that every task shares, after Caruana (1997).
public struct SharedBottomConfiguration: EncoderConfiguration {
    /// The kind's name.
    public static let type = "shared-bottom"

    /// The stack; its last width is the representation's.
    public var trunk: MLPConfiguration

    /// A shared bottom.
    public init(trunk: MLPConfiguration = MLPConfiguration(layers: [128, 64])) {
        self.trunk = trunk
    }

    /// Builds the encoder, adding its parameters to the scope.
    public func makeEncoder(inputWidth: Int, in scope: ParameterScope) -> any Encoder {
        SharedBottomEncoder(trunk: MLP(trunk, inputWidth: inputWidth, in: scope))
    }
}

extension SharedBottomConfiguration {
    /// The trunk.
    public var stacks: (count: Int, each: MLPConfiguration) { (1, trunk) }
}

extension SharedBottomConfiguration: EncoderConfigurationCoding {
    package static let keys = MLPConfiguration.keys

    package init(_ map: ConfigurationMapping) throws {
        trunk = try MLPConfiguration(map, defaults: MLPConfiguration(layers: [128, 64]))
    }

    package var configuration: [(String, ConfigurationValue)] { trunk.configuration }
}

/// One stack that every task shares.
struct SharedBottomEncoder: Encoder, @unchecked Sendable {
    let trunk: MLP

    var outputWidth: Int { trunk.outputWidth }
    var experts: Int { 1 }

    func callAsFunction(_ input: Tensor) -> Tensor { trunk(input) }
}
