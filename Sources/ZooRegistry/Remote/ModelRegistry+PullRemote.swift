package import OCI
import OCIClient
import ZooFiles

/// What pulling from a registry did.
package struct RemotePull: Sendable {
    /// Where the model came from.
    package let source: RemoteReference
    /// The tag in the user's store.
    package let reference: String
    /// The model.
    package let digest: Digest
    /// Bytes that came over the wire as content.
    package let fetched: Int
    /// Bytes that the store had already, or that came from an earlier, interrupted pull.
    package let present: Int
    /// Tags of bases that came along.
    package let bases: [String]
    /// A base that the registry does not have.
    package let missingBase: String?
}

extension ModelRegistry {
    /// Content fetched at once, and connections for one piece of content that is fetched alone.
    static let transfersAtOnce = 4

    /// Copies a model from a registry into the user's store, with the bases it is built on.
    ///
    /// What is there already is not fetched again; what an interrupted pull has left is taken up; everything is hashed
    /// before it is visible, and the tag is set last.
    ///
    /// - Parameters:
    ///   - name: the tag in the user's store; by default the repository's name and tag.
    ///   - move: whether that tag may leave another model.
    ///   - withBases: whether the models it is built on are fetched too, which costs little: they share the encoder.
    ///   - admission: judges the model when its content is there, before any tag is set.
    /// - Throws: ``RegistryError`` (`conflict`) where the tag points to another model, before anything large is fetched;
    ///   `ClientError`, `OCIError`.
    package func pull(
        _ reference: RemoteReference,
        _ session: RemoteSession,
        as name: String? = nil,
        move: Bool = false,
        withBases: Bool = true,
        admission: RemoteAdmission = .open,
        observer: @escaping TransferObserver = { _ in }
    ) async throws -> RemotePull {
        let own = try ownStore()
        let lease = try own.lease()
        defer { lease.end() }
        if let (done, entry, bases) = try await present(reference, session, as: name, withBases: withBases, lease) {
            try admission.check(entry, bases)
            return done
        }
        let model = try await session.model(reference, with: lease)
        let defaultRegistry = session.configuration.defaultRegistry
        let target = try Self.localName(
            name ?? model.reference.localName(defaultRegistry: defaultRegistry, digest: model.artifact.digest)
        )
        try checkFree(target, for: model.artifact.digest, in: own, move: move)
        var (fetched, present) = try await fetch(.all, of: model, with: lease, observer)
        fetched += model.fetched
        fetched += try await fetchReferrers(of: model, with: lease)
        let bases = withBases ? try await fetchBases(of: model, session, with: lease, observer) : RemoteBases()
        let words = try await fetchWords(aboutBasesOf: model.artifact, model.reference, session, with: lease)
        fetched += words.fetched
        try admission.check(Self.entry(of: model, as: target), words.bases)
        for (base, name) in bases.found.reversed() {
            _ = try tag(base, as: name, in: own, move: false, from: reference.registry)
        }
        _ = try tag(model.artifact, as: target, in: own, move: move, from: reference.registry)
        return RemotePull(
            source: model.reference,
            reference: target,
            digest: model.artifact.digest,
            fetched: fetched + bases.fetched,
            present: present,
            bases: bases.found.map(\.name) + bases.bundled,
            missingBase: bases.missing
        )
    }

    /// Copies parts of a model from a registry into a directory; its content stays in the user's store until garbage is
    /// collected, so that the next part costs less.
    ///
    /// - Returns: the model and the bytes that came over the wire.
    package func pull(
        _ selection: ModelSelection,
        of reference: RemoteReference,
        _ session: RemoteSession,
        into directory: String,
        admission: RemoteAdmission = .open,
        observer: @escaping TransferObserver = { _ in }
    ) async throws -> (source: RemoteReference, digest: Digest, fetched: Int) {
        try ModelArtifact.checkPlace(directory)
        let lease = try ownStore().lease()
        defer { lease.end() }
        let model = try await session.model(reference, with: lease)
        try selection.check(model.artifact)
        let part = admission.needsSignature ? .all : selection
        var fetched = try await fetch(part, of: model, with: lease, observer).fetched
        fetched += try await fetchReferrers(of: model, with: lease)
        let words = try await fetchWords(aboutBasesOf: model.artifact, model.reference, session, with: lease)
        fetched += words.fetched
        try admission.check(Self.entry(of: model, as: nil), words.bases)
        try model.artifact.unpack(selection, into: directory)
        return (model.reference, model.artifact.digest, model.fetched + fetched)
    }

    /// The outcome where the store has the model under the wanted tag already: one small request tells.
    private func present(
        _ reference: RemoteReference,
        _ session: RemoteSession,
        as name: String?,
        withBases: Bool,
        _ lease: Lease
    ) async throws -> (RemotePull, Entry, bases: [Digest: Entry])? {
        guard let own = try existingOwnStore(), let digest = try await session.digest(reference) else { return nil }
        let defaultRegistry = session.configuration.defaultRegistry
        let target = try Self.localName(
            name ?? reference.localName(defaultRegistry: defaultRegistry, digest: digest)
        )
        guard let current = try? own.resolve(target), current.digest == digest,
            let artifact = try? ModelArtifact(store: own, descriptor: current),
            try artifact.manifest.contents.allSatisfy({ try own.hasSoundBlob($0.digest, size: $0.size) }),
            try !withBases || ancestors(of: artifact).allSatisfy({ $0.entry != nil })
        else { return nil }
        try artifact.manifest.contents.forEach(lease.discardPartial)
        let fetched = try await fetchReferrers(of: digest, reference, session, with: lease)
        let words = try await fetchWords(aboutBasesOf: artifact, reference, session, with: lease)
        let pull = RemotePull(
            source: reference,
            reference: target,
            digest: digest,
            fetched: fetched + words.fetched,
            present: artifact.size,
            bases: [],
            missingBase: nil
        )
        let summary = ModelSummary(current) ?? ModelSummary(artifact)
        return (pull, Entry(origin: .own, reference: target, descriptor: current, summary: summary), words.bases)
    }

    private func fetchReferrers(of model: RemoteModel, with lease: Lease) async throws -> Int {
        try await fetchReferrers(of: model.artifact.digest, model.reference.repository, model.client, with: lease)
    }

    /// A fetched model as its tag will have it.
    static func entry(of model: RemoteModel, as name: String?) -> Entry {
        var descriptor = model.artifact.descriptor
        descriptor.annotations[Entry.registryKey] = model.reference.registry
        return Entry(origin: .own, reference: name, descriptor: descriptor, summary: ModelSummary(model.artifact))
    }

    private func checkFree(_ name: String, for digest: Digest, in store: LayoutStore, move: Bool) throws {
        guard !move, let current = try? store.resolve(name), current.digest != digest else { return }
        throw RegistryError(
            .conflict,
            "\(name) in your store is another model (\(current.digest)); --as gives this one another name, "
                + "--move moves the tag"
        )
    }

    /// Fetches the layers that the store lacks, several at once, the largest first.
    func fetch(
        _ selection: ModelSelection,
        of model: RemoteModel,
        with lease: Lease,
        _ observer: @escaping TransferObserver
    ) async throws -> (fetched: Int, present: Int) {
        var seen: Set<Digest> = []
        let wanted = model.artifact.layers
            // The small documents came with the model.
            .filter { selection.contains($0) && $0.moduleKind != nil }
            .filter { seen.insert($0.descriptor.digest).inserted }
            .sorted { $0.descriptor.size > $1.descriptor.size }
        let large = wanted.filter { $0.descriptor.size > 32 << 20 }.count
        // Several layers share the connections; one alone gets all of them.
        let connections = max(1, Self.transfersAtOnce / max(1, large))
        var total = (fetched: 0, present: 0)
        try await withThrowingTaskGroup(of: (Int, Int).self) { group in
            var waiting = wanted[...]
            func begin() {
                guard let layer = waiting.popFirst() else { return }
                group.addTask {
                    try await Self.fetch(layer, of: model, with: lease, connections: connections, observer)
                }
            }
            for _ in 0..<Self.transfersAtOnce { begin() }
            while let (fetched, present) = try await group.next() {
                total.fetched += fetched
                total.present += present
                begin()
            }
        }
        return total
    }

    /// Fetches one layer, or waits for another process that is about to.
    private static func fetch(
        _ layer: ModelLayer,
        of model: RemoteModel,
        with lease: Lease,
        connections: Int,
        _ observer: @escaping TransferObserver
    ) async throws -> (fetched: Int, present: Int) {
        let content = layer.descriptor
        var isWaiting = false
        while true {
            if try lease.reuse(content.digest, size: content.size, verify: true) {
                try lease.discardPartial(content)
                observer(.began(content.digest, title: layer.title, size: content.size, done: content.size))
                observer(.finished(content.digest, .present))
                return (0, content.size)
            }
            guard let partial = try lease.partial(content) else {
                if !isWaiting {
                    let done = lease.partialSize(content.digest)
                    observer(.began(content.digest, title: layer.title, size: content.size, done: done))
                    observer(.waiting(content.digest))
                    isWaiting = true
                }
                try await Task.sleep(for: .milliseconds(50))
                continue
            }
            if partial.size == 0, try lease.store.hasBlob(content.digest, size: content.size) {
                // Another process has finished it in between: look again.
                if try lease.reuse(content.digest, size: content.size, verify: true) {
                    try partial.discard()
                    continue
                }
            }
            let resumed = partial.resumed
            observer(.began(content.digest, title: layer.title, size: content.size, done: resumed))
            do {
                try await model.client.download(
                    model.reference.repository,
                    into: partial,
                    connections: connections
                ) { observer(.advanced(content.digest, bytes: $0)) }
            } catch let error as FileError where error.isOutOfSpace {
                throw RegistryError(noRoomFor: "\(layer.title) of \(model.reference)", in: lease.store, error)
            }
            observer(.finished(content.digest, .moved))
            return (content.size - resumed, resumed)
        }
    }

    /// Fetches the models that a model is built on, where the registry has them; their tags are for the caller to set.
    private func fetchBases(
        of model: RemoteModel,
        _ session: RemoteSession,
        with lease: Lease,
        _ observer: @escaping TransferObserver
    ) async throws -> RemoteBases {
        let own = lease.store
        var bases = RemoteBases()
        var child = model
        for _ in 0..<Self.lineageLimit {
            guard let base = child.artifact.document.base else { break }
            let digest = try Digest(base.digest)
            if let entry = try entry(for: digest), entry.origin == .bundled {
                let transfer = try pull(entry)
                bases.bundled = transfer.bases + [transfer.reference].compactMap(\.self)
                break
            }
            guard let place = try await session.find(base, near: child.reference, child.client) else {
                bases.missing = try entry(for: digest) == nil ? base.reference : nil
                break
            }
            let found = try await session.model(place, with: lease)
            bases.fetched += found.fetched
            bases.fetched += try await fetch(.all, of: found, with: lease, observer).fetched
            if let name = try? Self.localName(base.reference), (try? own.resolve(name)) == nil {
                bases.found.append((found.artifact, name))
            }
            child = found
        }
        return bases
    }
}

/// What came along with a model: those it is built on.
private struct RemoteBases {
    /// From the registry, nearest first, with the tags they get.
    var found: [(artifact: ModelArtifact, name: String)] = []
    /// Tags of those that came from the bundled zoo.
    var bundled: [String] = []
    var fetched = 0
    /// One that the registry does not have.
    var missing: String?
}
