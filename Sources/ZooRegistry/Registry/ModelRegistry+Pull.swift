public import OCI

/// What copying a model did.
public struct Transfer: Sendable {
    /// The tag in the user's store; nil where another model has that tag.
    public let reference: String?
    /// The model.
    public let digest: Digest
    /// Bytes by which the store grew, the copied bases included.
    public let growth: Int
    /// Bytes that the store had already.
    public let shared: Int
    /// Tags of bases that came along.
    public let bases: [String]
}

extension ModelRegistry {
    /// Copies a model into the user's store, with the bases it is built on; does nothing for one that is there.
    ///
    /// - Throws: ``RegistryError`` (`conflict`) where the tag points to another model in the user's store.
    @discardableResult
    public func pull(_ entry: Entry, as name: String? = nil, move: Bool = false) throws -> Transfer {
        let own = try ownStore()
        let lease = try own.lease()
        defer { lease.end() }
        let artifact = try artifact(entry)
        var growth = 0
        var shared = 0
        var bases: [String] = []
        // Bases first: a model that is there stands on bases that are there.
        for ancestor in try ancestors(of: artifact).reversed() {
            guard let ancestorEntry = ancestor.entry else {
                continue
            }
            let base = try self.artifact(ancestorEntry)
            try copy(base, with: lease, growth: &growth, shared: &shared)
            if let reference = ancestorEntry.reference, (try? own.resolve(reference)) == nil {
                let copied = try ModelArtifact(store: own, descriptor: base.descriptor)
                _ = try tag(copied, as: reference, in: own, move: false, from: ancestorEntry.registry)
                bases.append(reference)
            }
        }
        try copy(artifact, with: lease, growth: &growth, shared: &shared)
        let copied = try ModelArtifact(store: own, descriptor: artifact.descriptor)
        let target = try (name ?? entry.reference).map { try Self.localName($0) }
        if let target {
            _ = try tag(copied, as: target, in: own, move: move, from: entry.registry)
        }
        return Transfer(reference: target, digest: artifact.digest, growth: growth, shared: shared, bases: bases)
    }

    /// Copies the blobs that are not there, each checked on the way, and what is attached to the model.
    func copy(_ artifact: ModelArtifact, with lease: Lease, growth: inout Int, shared: inout Int) throws {
        let store = artifact.store
        let contents = artifact.manifest.contents + [artifact.descriptor]
        try Self.copy(contents, from: store, with: lease, growth: &growth, shared: &shared)
        guard store.path != lease.store.path else { return }
        let referrers = try store.allReferrers(of: artifact.digest).filter { $0.mediaType == MediaType.manifest }
        for referrer in referrers {
            let contents = try store.manifest(referrer).contents + [referrer]
            try Self.copy(contents, from: store, with: lease, growth: &growth, shared: &shared)
        }
        try lease.store.attach(referrers)
    }

    static func copy(
        _ contents: [Descriptor],
        from store: LayoutStore,
        with lease: Lease,
        growth: inout Int,
        shared: inout Int
    ) throws {
        for content in contents {
            if try lease.reuse(content.digest, size: content.size, verify: store.path != lease.store.path) {
                shared += content.size
                continue
            }
            let writer = try lease.writer(content.digest.algorithm)
            try store.readBlob(content) { try writer.write($0) }
            try writer.commit(expecting: content.digest, size: content.size)
            growth += content.size
        }
    }
}
