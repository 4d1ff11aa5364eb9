import HTTPTypes
import OCI

extension Registry {
    /// Manifests of up to this size are read whole.
    private static var smallSize: Int { 64 << 10 }
    /// Indexes inside one another at most.
    private static var depthLimit: Int { 32 }
    /// Tags that one PUT may set.
    private static var tagLimit: Int { 64 }
    /// Content that one manifest may lack.
    private static var missingLimit: Int { 1000 }

    /// GET and HEAD of a manifest: its very bytes.
    func manifest(
        _ name: Route.ManifestName,
        in repository: RepositoryName,
        _ exchange: Exchange
    ) async throws -> Answer {
        let isHead = exchange.method == .head
        let mayWrite = !isReadOnly && exchange.caller.rights.mayWrite(repository)
        let (descriptor, content) = try await onDisk { [self] in
            let descriptor = try find(name, in: repository)
            // Somebody who asks before a push must send all of it again, and not stop here.
            if isHead, mayWrite, try catalog.isSpoilt(descriptor) { throw Self.unknownManifest }
            do {
                return (descriptor, try manifestContent(descriptor, isHead: isHead))
            } catch let error as OCIError where error.code == .notFound {
                throw Self.unknownManifest
            } catch let error as OCIError where error.code == .damaged {
                // A push that asks first heals it.
                var fault = Self.unknownManifest
                fault.reason = "\(error)"
                throw fault
            }
        }
        var headers: HTTPFields = [
            .contentType: descriptor.mediaType, .dockerDigest: descriptor.digest.description,
            .eTag: "\"\(descriptor.digest)\"",
        ]
        if exchange.isKnown("\"\(descriptor.digest)\"") { return Answer(.notModified, headers: headers) }
        headers[.contentLength] = String(descriptor.size)
        return Answer(.ok, headers: headers, content: content)
    }

    /// Small manifests are checked on their way out; large ones are sent as blobs are.
    private func manifestContent(_ descriptor: Descriptor, isHead: Bool) throws -> Answer.Content {
        if descriptor.size > Self.smallSize {
            let file = try BlobFile(descriptor.digest, in: store)
            guard try file.size == descriptor.size && !store.isKnownDamaged(descriptor.digest) else {
                throw OCIError(.damaged, "\(descriptor.digest) is not what its digest says; push it again")
            }
            return isHead ? .none : .file(file, 0..<file.size)
        }
        let bytes = try store.readBlob(descriptor.digest, maxBytes: Self.smallSize)
        guard bytes.count == descriptor.size else {
            throw OCIError(.damaged, "\(descriptor.digest) has \(bytes.count) bytes instead of \(descriptor.size)")
        }
        return isHead ? .none : .bytes(bytes)
    }

    /// PUT of a manifest by tag, or by digest with any number of `tag` parameters.
    func putManifest(
        _ name: Route.ManifestName,
        in repository: RepositoryName,
        _ exchange: Exchange,
        _ body: BodyReader
    ) async throws -> Answer {
        let size = min(exchange.bodySize ?? Manifest.byteLimit, Manifest.byteLimit)
        try budget.take(size)
        defer { budget.free(size) }
        let bytes = try await body.all(limit: Manifest.byteLimit, what: "a manifest")
        let declared = exchange.header(.contentType).flatMap(Self.mediaType)
        let tags = try tags(of: name, exchange)
        let (edit, lease, digest, subject) = try await onDisk { [self] in
            let digest = try Self.digest(of: bytes, name)
            let summary = try Self.summary(bytes, declared)
            try checkDepth(summary)
            let missing = try missing(summary, in: repository)
            try checkQuota(repository, adding: bytes.count)
            let lease = try store.lease()
            if try !lease.reuse(digest, size: bytes.count, verify: true) {
                let writer = try lease.writer(digest.algorithm)
                try bytes.withUnsafeBytes { try writer.write($0) }
                try writer.commit(expecting: digest, size: bytes.count)
            }
            catalog.manifests.remember(summary, as: digest)
            var descriptor = Descriptor(mediaType: summary.mediaType, digest: digest, size: bytes.count)
            descriptor.artifactType = summary.artifactType
            if !missing.isEmpty {
                descriptor.annotations[Annotation.missing] = missing.map(\.description).sorted().joined(separator: " ")
            }
            let edit = RepositoryEdit.put(descriptor, references: summary.references, in: repository, tags: tags)
            return (edit, lease, digest, summary.subject)
        }
        defer { lease.end() }
        do {
            _ = try await writer.apply(edit)
        } catch let error as OCIError where error.code == .incomplete {
            throw RegistryFault(.notFound, .manifestBlobUnknown, error.message)
        }
        var headers: HTTPFields = [
            .location: exchange.location(repository, "manifests/\(digest)"), .dockerDigest: digest.description,
        ]
        if let subject { headers[.ociSubject] = subject.digest.description }
        if case .digest = name, !tags.isEmpty { headers[.ociTag] = tags.joined(separator: ", ") }
        return Answer(.created, headers: headers)
    }

    /// DELETE of a tag, or of a manifest with all its tags.
    func deleteManifest(_ name: Route.ManifestName, in repository: RepositoryName) async throws -> Answer {
        switch name {
        case .tag(let tag):
            guard try await writer.apply(.removeTag(tag, in: repository)) else { throw Self.unknownManifest }
        case .digest(let digest):
            let contents = try await onDisk { [self] in
                guard let contents = try catalog.listing(repository)?.contents(catalog.manifests),
                    contents.manifests[digest] != nil
                else { throw Self.unknownManifest }
                if let parent = contents.children[digest] {
                    throw RegistryFault(
                        .methodNotAllowed,
                        .denied,
                        "\(digest) is part of the index \(parent); delete that first"
                    )
                }
                return contents
            }
            guard try await writer.apply(.removeManifest(digest, in: repository)) else { throw Self.unknownManifest }
            try await onDisk { [self] in try retire(contents, of: repository, since: digest) }
        }
        return Answer(.accepted)
    }

    /// Lets garbage collection take what only a deleted manifest needed, unless somebody has asked for it since it
    /// was pushed.
    private func retire(
        _ before: RepositoryListing.Contents,
        of repository: RepositoryName,
        since digest: Digest
    ) throws {
        let after = try catalog.listing(repository)?.contents(catalog.manifests).blobs ?? [:]
        guard let time = try store.blobTime(digest) else { return }
        try store.blobs(of: repository).retire(before.blobs.keys.filter { after[$0] == nil }, since: time)
    }

    private func find(_ name: Route.ManifestName, in repository: RepositoryName) throws -> Descriptor {
        switch name {
        case .tag(let tag):
            guard let descriptor = try catalog.listing(repository)?.target(of: tag) else { throw Self.unknownManifest }
            return descriptor
        case .digest(let digest):
            guard let descriptor = try catalog.manifest(digest, in: repository) else { throw Self.unknownManifest }
            return descriptor
        }
    }

    private func tags(of name: Route.ManifestName, _ exchange: Exchange) throws -> [String] {
        let parameters = exchange.query.all("tag")
        switch name {
        case .tag(let tag):
            guard parameters.isEmpty else {
                throw RegistryFault(.badRequest, .tagInvalid, "tag parameters go with a push by digest only")
            }
            return [tag]
        case .digest:
            guard parameters.count <= Self.tagLimit else {
                throw RegistryFault(.uriTooLong, .tagInvalid, "at most \(Self.tagLimit) tags in one request")
            }
            for tag in parameters where !RepositoryName.isTag(tag) {
                throw RegistryFault(.badRequest, .tagInvalid, "not a tag: \"\(tag.prefix(160))\"")
            }
            return parameters
        }
    }

    /// What an index refers to that the repository lacks: such an index is taken as it is.
    ///
    /// - Throws: ``RegistryFault`` `MANIFEST_BLOB_UNKNOWN` if an image's blobs are missing and that is not accepted.
    private func missing(_ summary: ManifestSummary, in repository: RepositoryName) throws -> Set<Digest> {
        var missing: Set<Digest> = []
        for child in summary.manifests where try catalog.manifest(child.digest, in: repository) == nil {
            missing.insert(child.digest)
        }
        for blob in summary.blobs where try !catalog.hasBlob(blob.digest, in: repository) {
            guard blob.isForeign || acceptsIncomplete else {
                throw RegistryFault(
                    .notFound,
                    .manifestBlobUnknown,
                    "the repository lacks \(blob.digest) (\(blob.mediaType)); push it first"
                )
            }
            missing.insert(blob.digest)
        }
        guard missing.count <= Self.missingLimit else {
            throw RegistryFault(
                .notFound,
                .manifestBlobUnknown,
                "the repository lacks \(missing.count) parts of this manifest; push them first"
            )
        }
        return missing
    }

    private func checkDepth(_ summary: ManifestSummary) throws {
        var level = summary.manifests
        var seen: Set<Digest> = []
        for _ in 0..<Self.depthLimit {
            level = level.filter { seen.insert($0.digest).inserted }
            if level.isEmpty { return }
            level = level.flatMap { catalog.manifests.summary(of: $0)?.manifests ?? [] }
        }
        guard level.isEmpty else {
            throw RegistryFault(.badRequest, .manifestInvalid, "indexes nest deeper than \(Self.depthLimit) levels")
        }
    }

    private static func digest(of bytes: [UInt8], _ name: Route.ManifestName) throws -> Digest {
        guard case .digest(let expected) = name else { return Digest.of(bytes) }
        let digest = Digest.of(bytes, expected.algorithm)
        guard digest == expected else {
            throw RegistryFault(.badRequest, .digestInvalid, "the manifest's digest is \(digest)")
        }
        return digest
    }

    private static func summary(_ bytes: [UInt8], _ declared: String?) throws -> ManifestSummary {
        do {
            let summary = try ManifestSummary(parsing: bytes, mediaType: declared)
            guard !summary.isAmbiguous else {
                throw RegistryFault(.badRequest, .manifestInvalid, "both an image's and an index's members")
            }
            return summary
        } catch let error as OCIError {
            throw RegistryFault(.badRequest, .manifestInvalid, error.description)
        }
    }

    /// A media type without its parameters.
    private static func mediaType(_ header: String) -> String? {
        let type = header.prefix { $0 != ";" }.lowercased().filter { $0 != " " }
        return type.isEmpty || type == "application/json" || type == "application/octet-stream" ? nil : type
    }

    private static var unknownManifest: RegistryFault {
        RegistryFault(.notFound, .manifestUnknown, "no such manifest in this repository")
    }
}
