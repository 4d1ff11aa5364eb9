public import OCI

extension ModelRegistry {
    /// Checks a model against a policy: where it comes from, its licences and its bases', who signed it.
    ///
    /// - Parameters:
    ///   - name: the model in errors.
    ///   - bases: models that it is built on and that no store lists yet.
    /// - Throws: ``RegistryError`` (`untrusted`) that says which rule is not met and how to meet it.
    public func check(
        _ entry: Entry,
        against policy: Policy,
        name: String,
        bases: [Digest: Entry] = [:]
    ) throws {
        let artifact = try artifact(entry)
        try policy.require(registry: entry.registry, name: name)
        try policy.require(licences: artifact.document.licences ?? [], name: name)
        if policy.licences != nil {
            for ancestor in try ancestors(of: artifact, known: bases) {
                let baseName = ancestor.reference ?? ancestor.digest.short
                guard let base = try ancestor.entry.map({ try self.artifact($0) }) else {
                    throw RegistryError(
                        .untrusted,
                        "\(policy.path): the licences of \(name)'s base \(baseName) are not known; pull it first"
                    )
                }
                try policy.require(licences: base.document.licences ?? [], name: "\(name)'s base \(baseName)")
            }
        }
        if let keys = policy.keys {
            guard !keys.isEmpty else { throw RegistryError(.untrusted, "\(policy.path): no key is accepted") }
            do {
                try requireSignature(of: artifact, by: keys, name: name)
            } catch let error as RegistryError where error.code == .untrusted {
                throw RegistryError(.untrusted, "\(policy.path): \(error.message)")
            }
        }
    }
}

extension ModelRegistry.Entry {
    /// The annotation of an index entry that says which registry a model was pulled from.
    package static let registryKey = "dev.zoo.registry"

    /// Where the model comes from, as a policy names it.
    public var registry: String {
        descriptor.annotations[Self.registryKey]
            ?? (origin == .bundled ? Policy.bundledRegistry : Policy.localRegistry)
    }
}
