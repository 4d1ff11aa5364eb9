public import OCI

extension ModelRegistry {
    /// An alias and what it means now.
    public struct AliasEntry: Sendable {
        /// The alias.
        public let alias: Alias
        /// The model's manifest.
        public let digest: Digest
        /// A tag of the same name that means the same model; nil where there is none any more.
        public let reference: String?
    }

    /// Every alias of the user's store, sorted.
    public func aliases() throws -> [AliasEntry] {
        guard let own = try existingOwnStore() else { return [] }
        let tags = try own.tags()
        return tags.filter { Alias.isAlias($0.name) }.compactMap { tag in
            guard let alias = try? Alias(tag.name) else { return nil }
            return AliasEntry(
                alias: alias,
                digest: tag.descriptor.digest,
                reference: Self.reference(of: tag.descriptor.digest, name: alias.name, in: tags)
            )
        }
    }

    /// Points an alias to a model; one from the bundled zoo is copied first.
    ///
    /// - Returns: what it pointed to before, if it moved.
    @discardableResult
    public func setAlias(_ alias: Alias, to entry: Entry) throws -> Digest? {
        if entry.origin == .bundled { try pull(entry) }
        let own = try ownStore()
        let artifact = try ModelArtifact(store: own, descriptor: entry.descriptor)
        return try tag(artifact, as: alias.description, in: own, move: true)
    }

    /// Removes an alias; the model stays as long as a tag or another alias means it.
    ///
    /// - Returns: what it pointed to.
    @discardableResult
    public func removeAlias(_ alias: Alias) throws -> Digest {
        let digest = try find(alias).digest
        try ownStore().untag(alias.description)
        return digest
    }

    /// The model that an alias means, as the tag of the same name shows it where there is one.
    func resolve(_ alias: Alias) throws -> Entry {
        let descriptor = try find(alias)
        let own = try ownStore()
        let reference = Self.reference(of: descriptor.digest, name: alias.name, in: try own.tags())
        return Entry(
            origin: .own,
            reference: reference ?? alias.description,
            descriptor: descriptor,
            summary: ModelSummary(descriptor, in: own)
        )
    }

    /// What a tag or an alias of the user's store meant at a time.
    ///
    /// - Throws: ``RegistryError``: `notFound` if it meant nothing then, `usage` for a digest, which never moves.
    public func resolve(_ text: String, at time: TimePoint) throws -> Digest {
        let name: String
        if let alias = try Alias(text) {
            name = alias.description
        } else {
            name = try Self.localName(text)
        }
        let history = try existingOwnStore()?.history(of: name) ?? []
        if let digest = history.last(where: { $0.time <= time.end })?.digest { return digest }
        guard let first = history.first else {
            throw RegistryError(.notFound, "\(name) has no history in \(home): it was never set here")
        }
        let when = first.time > time.end ? "it was first set at \(first.time)" : "it had been removed"
        throw RegistryError(.notFound, "\(name) meant nothing at \(time.text): \(when)")
    }

    private func find(_ alias: Alias) throws -> Descriptor {
        if let descriptor = try existingOwnStore()?.tags().first(where: { $0.name == alias.description })?.descriptor {
            return descriptor
        }
        let others = try aliases().filter { $0.alias.name == alias.name }.map(\.alias.description)
        let hint = others.isEmpty ? "zoo alias \(alias) TAG sets it" : "there is \(others.joined(separator: ", "))"
        throw RegistryError(.notFound, "no alias \(alias); \(hint)")
    }

    private static func reference(of digest: Digest, name: String, in tags: [Tag]) -> String? {
        tags.first { $0.descriptor.digest == digest && $0.name.hasPrefix("\(name):") }?.name
    }
}
