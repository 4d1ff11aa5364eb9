import OCI
import OCIClient

/// Signatures, provenance and yanks, to and from registries.
extension ModelRegistry {
    /// Most artifacts about one model that are fetched: whoever may write to a registry can attach any number.
    private static let referrersLimit = 256
    private static let referrerTypes: Set<String?> = [SignatureBundle.mediaType, Statement.mediaType]

    /// Fetches what is said about a model and lists it in the store; what is no signature or statement is left out.
    ///
    /// - Returns: bytes that came over the wire.
    func fetchReferrers(
        of digest: Digest,
        _ repository: String,
        _ client: RegistryClient,
        with lease: Lease
    ) async throws -> Int {
        let known = Set(try lease.store.referrers(of: digest).map(\.digest))
        let there: [Descriptor]
        do {
            there = try await client.referrers(repository, of: digest)
        } catch let error as ClientError where error.code == .denied || error.code == .unauthorized {
            // The model may be read, so this is a registry without referrers for this user.
            return 0
        }
        var found: [Descriptor] = []
        var fetched = 0
        for referrer in there.prefix(Self.referrersLimit)
        where referrer.mediaType == MediaType.manifest && Self.referrerTypes.contains(referrer.artifactType)
            && !known.contains(referrer.digest)
        {
            guard let manifest = try await client.manifest(repository, referrer.digest.description),
                let document = try? Manifest(parsing: manifest.bytes), document.subject?.digest == digest,
                document.contents.count == 2, document.contents.allSatisfy({ $0.size <= SignatureBundle.byteLimit })
            else { continue }
            for content in document.contents {
                if try lease.reuse(content.digest, size: content.size, verify: true) { continue }
                let bytes = try await client.blob(repository, content, limit: SignatureBundle.byteLimit)
                try lease.put(bytes, as: content)
                fetched += bytes.count
            }
            try lease.put(manifest.bytes, as: manifest.descriptor)
            fetched += manifest.bytes.count
            found.append(manifest.descriptor)
        }
        try lease.store.attach(found)
        return fetched
    }

    /// As above, from the first registry of a reference that answers, mirrors first.
    func fetchReferrers(
        of digest: Digest,
        _ reference: RemoteReference,
        _ session: RemoteSession,
        with lease: Lease
    ) async throws -> Int {
        for registry in session.sources(of: reference.registry) {
            do {
                let client = try session.client(registry)
                return try await fetchReferrers(of: digest, reference.repository, client, with: lease)
            } catch let error as ClientError where registry != reference.registry {
                session.ignore(registry, after: error)
            }
        }
        return 0
    }

    /// Fetches what is said about the models that a model is built on, and what describes those that no store here has, as
    /// far as the model's registry has them: their yanks and their licences concern the model too.
    ///
    /// - Returns: bytes that came over the wire, and the models that no store here lists.
    func fetchWords(
        aboutBasesOf model: ModelArtifact,
        _ reference: RemoteReference,
        _ session: RemoteSession,
        with lease: Lease
    ) async throws -> (fetched: Int, bases: [Digest: Entry]) {
        var result: (fetched: Int, bases: [Digest: Entry]) = (0, [:])
        var (child, place) = (model, reference)
        for _ in 0..<Self.lineageLimit {
            guard let base = child.document.base else { break }
            let digest = try Digest(base.digest)
            let found = try await session.find(base, near: place)
            if let found {
                result.fetched += try await fetchReferrers(of: digest, found, session, with: lease)
                place = found
            }
            if let entry = try entry(for: digest) {
                child = try artifact(entry)
            } else if let found {
                let remote = try await session.model(found, with: lease)
                result.fetched += remote.fetched
                result.bases[digest] = Self.entry(of: remote, as: base.reference)
                child = remote.artifact
            } else {
                break
            }
        }
        return result
    }

    /// Brings what is said about a model to where the model is; does nothing for what is there.
    ///
    /// - Returns: bytes that went over the wire.
    func pushReferrers(
        of artifact: ModelArtifact,
        to target: RemoteReference,
        _ client: RegistryClient
    ) async throws -> Int {
        let referrers = try artifact.store.referrers(of: artifact.digest).filter { $0.mediaType == MediaType.manifest }
        guard !referrers.isEmpty else { return 0 }
        let there = Set(try await client.referrers(target.repository, of: artifact.digest).map(\.digest))
        var sent = 0
        var missing: [(bytes: [UInt8], descriptor: Descriptor)] = []
        for referrer in referrers where !there.contains(referrer.digest) {
            for content in try artifact.store.manifest(referrer).contents {
                let path = artifact.store.blobPath(content.digest)
                let outcome = try await client.upload(target.repository, content, from: path, sources: []) { _ in }
                if case .moved = TransferOutcome(outcome) { sent += content.size }
            }
            let bytes = try artifact.store.readBlob(referrer.digest, maxBytes: Manifest.byteLimit)
            missing.append((bytes, referrer))
            sent += bytes.count
        }
        try await client.putReferrers(missing, of: artifact.digest, target.repository)
        return sent
    }
}

extension Lease {
    /// Writes content that is in memory; its digest and size are checked.
    func put(_ bytes: [UInt8], as descriptor: Descriptor) throws {
        let writer = try writer(descriptor.digest.algorithm)
        try bytes.withUnsafeBytes { try writer.write($0) }
        try writer.commit(expecting: descriptor.digest, size: descriptor.size)
    }
}
