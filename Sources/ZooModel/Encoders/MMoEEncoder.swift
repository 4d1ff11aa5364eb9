import ZooTensor

/// Several expert stacks, of which each task's head takes its own mixture, after Ma et al. (KDD 2018).
///
/// The gates belong to the heads: a new task brings a new gate over the same experts, so that an encoder may stay
/// frozen and a head may still choose what it reads.
public struct MMoEConfiguration: EncoderConfiguration {
    /// The kind's name.
    public static let type = "mmoe"

    /// How many experts.
    public var experts: Int
    /// Each expert's stack.
    public var expert: MLPConfiguration

    /// A mixture of experts.
    public init(experts: Int = 8, expert: MLPConfiguration = MLPConfiguration(layers: [128, 64])) {
        self.experts = experts
        self.expert = expert
    }

    /// Builds the encoder, adding its parameters to the scope.
    public func makeEncoder(inputWidth: Int, in scope: ParameterScope) -> any Encoder {
        MMoEEncoder(stacks: Experts(experts, expert, inputWidth: inputWidth, in: scope))
    }
}

extension MMoEConfiguration {
    /// The experts.
    public var stacks: (count: Int, each: MLPConfiguration) { (experts, expert) }
}

extension MMoEConfiguration: EncoderConfigurationCoding {
    package static let keys = ["experts"] + MLPConfiguration.keys

    package init(_ map: ConfigurationMapping) throws {
        experts = try map["experts"]?.integer(in: 2...256) ?? 8
        expert = try MLPConfiguration(map, defaults: MLPConfiguration(layers: [128, 64]))
        if expert.normalisation == .layer, let place = map["normalisation"] {
            throw place.error("experts lie side by side in one matrix: their normalisation is none or batch")
        }
        if expert.layers.isEmpty, let place = map["layers"] { throw place.error("an expert needs at least one layer") }
    }

    package var configuration: [(String, ConfigurationValue)] {
        [("experts", .integer(experts))] + expert.configuration
    }
}

/// Several expert stacks; the representation is their results side by side.
struct MMoEEncoder: Encoder, @unchecked Sendable {
    let stacks: Experts

    var outputWidth: Int { stacks.count * stacks.outputWidth }
    var experts: Int { stacks.count }

    func callAsFunction(_ input: Tensor) -> Tensor { stacks(input) }
}
