public import OCI

/// What removing a tag did.
public struct Removal: Sendable {
    /// The tag that is gone.
    public let reference: String
    /// What it pointed to.
    public let digest: Digest
    /// Whether another tag still keeps the content.
    public let isStillTagged: Bool
    /// Tags of models built on it, which now lack their base.
    public let orphans: [String]
}

extension ModelRegistry {
    /// Points another tag of the user's store to a model; one from the bundled zoo is copied first.
    ///
    /// - Returns: what the tag pointed to before, if it moved.
    /// - Throws: ``RegistryError`` (`conflict`) if the tag points to another model and `move` is false.
    @discardableResult
    public func tag(_ entry: Entry, as name: String, move: Bool = false) throws -> Digest? {
        let target = try Self.localName(name)
        if entry.origin == .bundled {
            let previous = try existingOwnStore().flatMap { try? $0.resolve(target).digest }
            try pull(entry, as: target, move: move)
            return previous == entry.descriptor.digest ? nil : previous
        }
        let own = try ownStore()
        let artifact = try ModelArtifact(store: own, descriptor: entry.descriptor)
        return try tag(artifact, as: target, in: own, move: move, from: entry.registry)
    }

    /// Removes a tag of the user's store; the content stays until garbage is collected.
    ///
    /// - Parameters:
    ///   - force: removes the last tag of a model that others are built on, too.
    ///   - dryRun: only looks.
    /// - Throws: ``RegistryError``: `usage` for a digest or a bundled model, `conflict` where others are built on it.
    public func remove(_ text: String, force: Bool = false, dryRun: Bool = false) throws -> Removal {
        if let alias = try Alias(text) {
            let digest = try resolve(alias).descriptor.digest
            if !dryRun { try removeAlias(alias) }
            let isStillTagged = try ownStore().tags().contains {
                $0.descriptor.digest == digest && $0.name != alias.description
            }
            return Removal(reference: alias.description, digest: digest, isStillTagged: isStillTagged, orphans: [])
        }
        let entry = try resolve(text)
        guard let reference = entry.reference else {
            throw RegistryError(.usage, "\(text) has no tag; zoo gc removes what no tag refers to")
        }
        guard entry.origin == .own else {
            throw RegistryError(.usage, "\(reference) belongs to the bundled zoo, which is read-only")
        }
        let digest = entry.descriptor.digest
        let others = try ownStore().tags().filter { $0.descriptor.digest == digest }
        let orphans =
            others.count > 1
            ? [] : try descendants(of: digest).filter { $0.entry?.origin == .own }.compactMap(\.reference)
        guard orphans.isEmpty || force else {
            throw RegistryError(
                .conflict,
                "\(reference) is the base of \(orphans.prefix(5).joined(separator: ", "))\(orphans.count > 5 ? ", …" : ""); "
                    + "--force removes it all the same"
            )
        }
        if !dryRun { try ownStore().untag(reference) }
        return Removal(reference: reference, digest: digest, isStillTagged: others.count > 1, orphans: orphans)
    }
}
