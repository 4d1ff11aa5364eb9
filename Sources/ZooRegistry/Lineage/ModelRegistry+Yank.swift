public import OCI

/// A yanked model that a model is, or is built on.
public struct YankWarning: Sendable {
    /// The yanked model.
    public let digest: Digest
    /// How it is called here.
    public let reference: String
    /// Whether it is the model itself, not one of its bases.
    public let isItself: Bool
    /// What was said against it.
    public let event: YankEvent
    /// Tags here that are built on it.
    public let descendants: [String]
}

extension ModelRegistry {
    /// Says that a model should not be used any more, or takes that back; nothing is removed.
    ///
    /// - Returns: the event, or nil where it would say what stands already.
    /// - Throws: ``RegistryError`` (`usage`) for a bundled model.
    @discardableResult
    public func yank(_ entry: Entry, reason: String, undo: Bool = false) throws -> YankEvent? {
        let digest = entry.descriptor.digest
        guard entry.origin == .own else {
            throw RegistryError(
                .usage,
                "\(entry.reference ?? "\(digest)") is in the bundled zoo, which is read-only; zoo pull it first"
            )
        }
        let store = try ownStore()
        let artifact = try ModelArtifact(store: store, descriptor: entry.descriptor)
        let events = try yanks(in: store)[digest] ?? []
        if undo ? events.standing == nil : events.heads.contains(where: { $0.isYanked && $0.reason == reason }) {
            return nil
        }
        let previous = events.heads.map(\.digest).sorted { $0.hex < $1.hex }
        let statement = Statement(
            subjects: [.init(name: artifact.document.name, sha256: digest.hex)],
            predicateType: YankEvent.predicateType,
            predicate: YankEvent.predicate(isYanked: !undo, reason: reason, time: Timestamp.now, previous: previous)
        )
        let lease = try store.lease()
        defer { lease.end() }
        let referrer = try lease.putReferrer(
            statement.canonicalBytes,
            type: Statement.mediaType,
            about: artifact.descriptor,
            annotations: [Provenance.annotation: YankEvent.predicateType]
        )
        try store.attach([referrer])
        return YankEvent(referrer.digest, statement)
    }

    /// Everything that was said against a model and taken back, oldest first, from every store.
    public func yankEvents(of digest: Digest) throws -> [YankEvent] {
        try yanks()[digest] ?? []
    }

    /// Everything that was said against any model and taken back, oldest first, from every store.
    public func yanks() throws -> [Digest: [YankEvent]] {
        var events: [Digest: [YankEvent]] = [:]
        for (_, store) in try stores() { events.merge(try yanks(in: store)) { $0 + $1 } }
        return events.mapValues { events in
            var seen: Set<Digest> = []
            return events.filter { seen.insert($0.digest).inserted }.sorted { $0.time < $1.time }
        }
    }

    /// The yanked models that a model is or is built on, itself first.
    ///
    /// - Parameter bases: models that it is built on and that no store lists yet.
    public func yankWarnings(
        of artifact: ModelArtifact,
        name: String,
        bases: [Digest: Entry] = [:]
    ) throws -> [YankWarning] {
        let yanks = try yanks()
        guard !yanks.isEmpty else { return [] }
        let ancestors = try ancestors(of: artifact, known: bases).map {
            (digest: $0.digest, reference: $0.reference ?? $0.digest.short)
        }
        let line = [(digest: artifact.digest, reference: name)] + ancestors
        return try line.enumerated().compactMap { index, model in
            guard let event = yanks[model.digest]?.standing else { return nil }
            return YankWarning(
                digest: model.digest,
                reference: model.reference,
                isItself: index == 0,
                event: event,
                descendants: Self.references(try descendants(of: model.digest))
            )
        }
    }

    /// Every tag of a tree of descendants, once, in its order.
    public static func references(_ nodes: [LineageNode]) -> [String] {
        var seen: Set<String> = []
        func walk(_ nodes: [LineageNode]) -> [String] {
            nodes.flatMap { node in
                let own = [node.reference].compactMap(\.self).filter { seen.insert($0).inserted }
                return own + walk(node.descendants)
            }
        }
        return walk(nodes)
    }

    private func yanks(in store: LayoutStore) throws -> [Digest: [YankEvent]] {
        Self.yanks(among: try store.referrersBySubject(artifactType: Statement.mediaType), in: store)
    }

    /// What is said against models among the manifests that are about them, oldest first.
    package static func yanks(
        among referrers: [Digest: [Descriptor]],
        in store: LayoutStore
    ) -> [Digest: [YankEvent]] {
        var events: [Digest: [YankEvent]] = [:]
        for (digest, referrers) in referrers {
            // Their annotation tells them apart, so that not every model's provenance is opened.
            for referrer in referrers where referrer.annotations[Provenance.annotation] == YankEvent.predicateType {
                guard let statement = store.statement(referrer, about: digest),
                    let event = YankEvent(referrer.digest, statement)
                else { continue }
                events[digest, default: []].append(event)
            }
        }
        return events.mapValues { $0.sorted { $0.time < $1.time } }
    }
}
