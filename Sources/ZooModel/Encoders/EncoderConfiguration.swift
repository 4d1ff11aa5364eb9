/// What a kind of encoder needs to know to be built: one type a kind, listed in `EncoderRegistry`.
public protocol EncoderConfiguration: Sendable, Hashable {
    /// The kind's name in recipes and in `model.json`.
    static var type: String { get }
    /// Builds the encoder, adding its parameters to the scope.
    func makeEncoder(inputWidth: Int, in scope: ParameterScope) -> any Encoder
    /// The stacks that `makeEncoder` builds side by side: all alike, and how many.
    var stacks: (count: Int, each: MLPConfiguration) { get }
}

/// How a kind of encoder is read from and written to a configuration.
package protocol EncoderConfigurationCoding: EncoderConfiguration {
    /// The keys that the kind takes beside `type`.
    static var keys: [String] { get }
    /// Reads the keys; what is not there has a default.
    init(_ map: ConfigurationMapping) throws
    /// The keys and values, every option spelt out.
    var configuration: [(String, ConfigurationValue)] { get }
}

/// The kinds of encoders there are.
public enum EncoderRegistry {
    static let types: [any EncoderConfigurationCoding.Type] = [SharedBottomConfiguration.self, MMoEConfiguration.self]

    /// Every kind's name, in the order of the documentation.
    public static var names: [String] { types.map { $0.type } }

    /// The configuration that a mapping with a `type` describes.
    ///
    /// - Throws: `ZooModelError` `.badData` with the place: an unknown kind, with the known ones, or a key that the
    ///   kind does not take.
    package static func configuration(_ node: ConfigurationNode) throws -> any EncoderConfiguration {
        let map = try node.mapping(of: "an encoder")
        let place = try map.required("type")
        let name = try place.string()
        guard let type = types.first(where: { $0.type == name }) else {
            let known = names.joined(separator: ", ")
            throw place.error("there is no encoder type '\(name)'; known: \(known)")
        }
        try map.allow(["type"] + type.keys)
        return try type.init(map)
    }

    /// The configuration as a mapping with its `type` first.
    package static func value(_ configuration: any EncoderConfiguration) -> ConfigurationValue {
        let entries = (configuration as? any EncoderConfigurationCoding)?.configuration ?? []
        return .mapping([("type", .string(type(of: configuration).type))] + entries)
    }
}
