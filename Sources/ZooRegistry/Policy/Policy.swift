/// What the owner of a store accepts: `policy.yaml` beside the store's index.
///
/// Each list that is there must be met; a list that is absent accepts everything.
public struct Policy: Sendable, Equatable {
    /// The file's name in the store's directory.
    public static let fileName = "policy.yaml"
    /// Stands in ``registries`` for models that were published in this very store.
    public static let localRegistry = "local"
    /// Stands in ``registries`` for the zoo that comes with the program.
    public static let bundledRegistry = "bundled"

    /// The file.
    public let path: String
    /// One of these keys must have signed a model; nil where none need have.
    public var keys: [VerificationKey]?
    /// A model and all its bases must be under licences of this list, compared without case.
    public var licences: [String]?
    /// A model must come from one of these: `host`, `host:port`, `local`, `bundled`.
    public var registries: [String]?

    /// Reads the policy of a store; nil where it has none.
    ///
    /// - Throws: ``RegistryError`` (`invalid`) as `file:line: what is wrong`, which is also how a key that cannot be
    ///   read is reported: a policy that cannot be understood lets nothing pass.
    public static func read(home: String) throws -> Policy? {
        try PolicyFile("\(home)/\(fileName)").read()
    }

    /// Whether models from a registry are accepted.
    ///
    /// - Throws: ``RegistryError`` (`untrusted`) that names those which are.
    public func require(registry: String, name: String) throws {
        guard let registries, !registries.contains(registry) else { return }
        let origin =
            switch registry {
            case Self.localRegistry: "was published in this store"
            case Self.bundledRegistry: "comes from the bundled zoo"
            default: "comes from \(registry)"
            }
        throw RegistryError(.untrusted, "\(path): \(name) \(origin); accepted is \(Self.listed(registries))")
    }

    /// Whether a model under these licences is accepted: all of them must be.
    func require(licences own: [String], name: String) throws {
        guard let licences else { return }
        guard !own.isEmpty else {
            throw RegistryError(
                .untrusted,
                "\(path): \(name) names no licence; accepted is \(Self.listed(licences)) "
                    + "(zoo pretrain and zoo finetune take --licence)"
            )
        }
        let accepted = Set(licences.map { $0.lowercased() })
        for licence in own where !accepted.contains(licence.lowercased()) {
            throw RegistryError(
                .untrusted,
                "\(path): \(name) is under \(licence); accepted is \(Self.listed(licences))"
            )
        }
    }

    private static func listed(_ names: [String]) -> String {
        names.isEmpty ? "nothing" : names.joined(separator: ", ")
    }
}
