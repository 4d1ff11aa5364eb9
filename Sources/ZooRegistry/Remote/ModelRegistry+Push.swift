package import OCI
import OCIClient

/// What pushing to a registry did.
package struct RemotePush: Sendable {
    /// One piece of content.
    package struct Layer: Sendable {
        /// What it is: `encoder weights`.
        package let title: String
        /// Its digest.
        package let digest: Digest
        /// Its size.
        package let size: Int
        /// How it got there.
        package let outcome: TransferOutcome
    }

    /// Where the model is now.
    package let target: RemoteReference
    /// The model.
    package let digest: Digest
    /// Bytes of content that went over the wire, the manifest included.
    package let sent: Int
    /// Bytes that the registry took from another of its repositories.
    package let mounted: Int
    /// Bytes that the repository had.
    package let present: Int
    /// The layers in order; empty where nothing was to be done.
    package let layers: [Layer]
    /// Bases that were pushed first.
    package let bases: [RemoteReference]
}

extension ModelRegistry {
    /// Copies a model to a registry, the bases it is built on first.
    ///
    /// Content that the repository has is not sent; what the base's repository has is mounted from there, so that a
    /// fine-tune sends its head only. The manifest goes last, so that nothing incomplete is ever seen; signatures and
    /// statements about the model follow it.
    ///
    /// - Parameters:
    ///   - target: where to; its tag is the entry's if it has none.
    ///   - move: whether the tag may leave another model.
    ///   - withBases: whether a base that the registry lacks is pushed; else that is an error.
    /// - Throws: ``RegistryError``: `conflict` for a tag that points elsewhere, `base` for a base that is nowhere.
    package func push(
        _ entry: Entry,
        to target: RemoteReference,
        _ session: RemoteSession,
        move: Bool = false,
        withBases: Bool = true,
        observer: @escaping TransferObserver = { _ in }
    ) async throws -> RemotePush {
        let artifact = try artifact(entry)
        let client = try session.client(target.registry)
        if let tag = target.tag {
            let current = try await client.resolve(target.repository, tag: tag, isPushing: true)
            if current == artifact.digest {
                return RemotePush(
                    target: target,
                    digest: artifact.digest,
                    sent: try await pushReferrers(of: artifact, to: target, client),
                    mounted: 0,
                    present: artifact.size,
                    layers: [],
                    bases: []
                )
            }
            if let current, !move {
                throw RegistryError(
                    .conflict,
                    "\(target) is another model (\(current)); choose another tag, or --move to move it"
                )
            }
        }
        var sources: [String] = []
        var pushed: [RemoteReference] = []
        var sentBefore = 0
        if let base = artifact.document.base {
            let digest = try Digest(base.digest)
            let candidates = RemoteSession.candidates(base, near: target.repository)
            for repository in candidates where try await RemoteSession.has(client, repository, digest) {
                sources = [repository]
                break
            }
            if sources.isEmpty {
                guard withBases, let found = try self.entry(for: digest) else {
                    let hint = withBases ? "it is not here either: pull it, or import it" : "push it first"
                    throw RegistryError(.base, "\(target.registry) lacks the base \(base.reference)@\(digest); \(hint)")
                }
                let place = try await basePlace(base, digest, in: candidates[0], client, target.registry)
                let result = try await push(found, to: place, session, observer: observer)
                pushed = result.bases + [place]
                sentBefore = result.sent
                sources = [place.repository]
            }
        }
        let layers = try await send(artifact, to: target, client, sources: sources, observer)
        let bytes = try artifact.store.readBlob(artifact.digest, maxBytes: Manifest.byteLimit)
        try await client.putManifest(bytes, mediaType: MediaType.manifest, target.repository, target.selector)
        let attached = try await pushReferrers(of: artifact, to: target, client)
        func total(_ outcome: TransferOutcome) -> Int {
            layers.reduce(0) { $0 + ($1.outcome == outcome ? $1.size : 0) }
        }
        return RemotePush(
            target: target,
            digest: artifact.digest,
            sent: sentBefore + total(.moved) + bytes.count + attached,
            mounted: total(.mounted),
            present: total(.present),
            layers: layers,
            bases: pushed
        )
    }

    /// Where a base goes: to the tag it is known by, or without a tag where another model has that.
    private func basePlace(
        _ base: ModelDocument.Base,
        _ digest: Digest,
        in repository: String,
        _ client: RegistryClient,
        _ registry: String
    ) async throws -> RemoteReference {
        let tag = (try? Reference(base.reference))?.tag ?? Reference.defaultTag
        let isFree = try await client.resolve(repository, tag: tag, isPushing: true) == nil
        return try RemoteReference(
            registry: registry,
            repository: repository,
            tag: isFree ? tag : nil,
            digest: isFree ? nil : digest
        )
    }

    /// Brings configuration and layers to a repository, several at once.
    ///
    /// Two uploads at first and more a moment later: those that begin together end together, and a registry that flushes
    /// each to its disk before it answers would flush all of them while nobody sends.
    private func send(
        _ artifact: ModelArtifact,
        to target: RemoteReference,
        _ client: RegistryClient,
        sources: [String],
        _ observer: @escaping TransferObserver
    ) async throws -> [RemotePush.Layer] {
        let contents =
            [(title: "configuration", descriptor: artifact.manifest.config)]
            + artifact.layers.map { (title: $0.title, descriptor: $0.descriptor) }
        var outcomes: [Int: TransferOutcome] = [:]
        try await withThrowingTaskGroup(of: (index: Int, outcome: TransferOutcome)?.self) { group in
            var waiting = Self.uploadOrder(contents.map(\.descriptor))[...]
            var unfinished = waiting.count
            func begin() {
                guard let index = waiting.popFirst() else { return }
                let (title, content) = contents[index]
                let path = artifact.store.blobPath(content.digest)
                group.addTask {
                    observer(.began(content.digest, title: title, size: content.size, done: 0))
                    let outcome = try await client.upload(target.repository, content, from: path, sources: sources) {
                        observer(.advanced(content.digest, bytes: $0))
                    }
                    let result = TransferOutcome(outcome)
                    observer(.finished(content.digest, result))
                    return (index, result)
                }
            }
            group.addTask {
                try? await Task.sleep(for: Self.moment)
                return nil
            }
            for _ in 0..<Self.firstUploads { begin() }
            while unfinished > 0, let result = try await group.next() {
                if let (index, outcome) = result {
                    outcomes[index] = outcome
                    unfinished -= 1
                    begin()
                } else {
                    for _ in Self.firstUploads..<Self.transfersAtOnce { begin() }
                }
            }
            group.cancelAll()
        }
        return contents.indices.compactMap { index in
            outcomes[index].map {
                RemotePush.Layer(
                    title: contents[index].title,
                    digest: contents[index].descriptor.digest,
                    size: contents[index].descriptor.size,
                    outcome: $0
                )
            }
        }
    }

    private static let firstUploads = 2
    private static let moment = Duration.milliseconds(250)

    /// Each content once: the largest first, but the small ones right behind those that begin at once, so that they pass
    /// beside these and not one after the other at the end.
    package static func uploadOrder(_ contents: [Descriptor]) -> [Int] {
        var seen: Set<Digest> = []
        let bySize = contents.indices.filter { seen.insert(contents[$0].digest).inserted }
            .sorted { contents[$0].size > contents[$1].size }
        let rest = bySize.dropFirst(firstUploads)
        let isSmall = { (index: Int) in contents[index].size < 1 << 20 }
        return bySize.prefix(firstUploads) + rest.filter(isSmall) + rest.filter { !isSmall($0) }
    }
}

extension TransferOutcome {
    init(_ outcome: UploadOutcome) {
        self =
            switch outcome {
            case .present: .present
            case .mounted: .mounted
            case .sent: .moved
            }
    }
}
