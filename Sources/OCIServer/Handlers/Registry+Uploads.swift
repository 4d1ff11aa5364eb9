import HTTPTypes
import NIOCore
import OCI
import ZooFiles

extension Registry {
    /// POST: begins an upload, mounts a blob of another repository, or takes a whole blob at once.
    func beginUpload(_ repository: RepositoryName, _ exchange: Exchange, _ body: BodyReader) async throws -> Answer {
        if let text = exchange.query["mount"] {
            let digest = try Route.digest(text)
            let source = try exchange.query["from"].map(Self.repository)
            let rights = exchange.caller.rights
            if try await onDisk({ [self] in try mount(digest, from: source, to: repository, rights) }) {
                return created(digest, repository, exchange)
            }
        }
        let digest = try exchange.query["digest"].map(Route.digest)
        let algorithm = try exchange.query["digest-algorithm"].map(Self.algorithm) ?? digest?.algorithm ?? .sha256
        try uploads.checkRoom()
        let size = exchange.bodySize ?? 0
        let identifier = try await onDisk { [self] in
            try checkQuota(repository, adding: size)
            return try store.beginUpload(to: repository)
        }
        uploads.note(identifier, .init(algorithm))
        if let digest {
            return try await finishUpload(identifier, repository, digest, exchange, body)
        }
        return Answer(.accepted, headers: place(identifier, size: 0, repository, exchange))
    }

    /// PATCH: appends a chunk, or a stream of unknown length.
    func continueUpload(
        _ identifier: String,
        _ repository: RepositoryName,
        _ exchange: Exchange,
        _ body: BodyReader
    ) async throws -> Answer {
        try await withUpload(identifier, repository) { session in
            try await receive(session, identifier, repository, exchange, body)
            return Answer(.accepted, headers: place(identifier, size: session.size, repository, exchange))
        }
    }

    /// PUT: appends the last chunk, if there is one, and gives the blob to the repository.
    func endUpload(
        _ identifier: String,
        _ repository: RepositoryName,
        _ exchange: Exchange,
        _ body: BodyReader
    ) async throws -> Answer {
        guard let text = exchange.query["digest"] else {
            throw RegistryFault(.badRequest, .digestInvalid, "the closing PUT must name the blob's digest")
        }
        return try await finishUpload(identifier, repository, Route.digest(text), exchange, body)
    }

    /// GET: how far an upload is.
    func uploadState(_ identifier: String, _ repository: RepositoryName, _ exchange: Exchange) async throws -> Answer {
        try await withUpload(identifier, repository) { session in
            Answer(.noContent, headers: place(identifier, size: session.size, repository, exchange))
        }
    }

    /// DELETE: gives an upload up.
    func cancelUpload(_ identifier: String, _ repository: RepositoryName) async throws -> Answer {
        try await withUpload(identifier, repository) { session in
            try await onDisk { try session.cancel() }
            return Answer(.noContent)
        }
    }

    private func finishUpload(
        _ identifier: String,
        _ repository: RepositoryName,
        _ digest: Digest,
        _ exchange: Exchange,
        _ body: BodyReader
    ) async throws -> Answer {
        do {
            try await withUpload(identifier, repository) { session in
                try await receive(session, identifier, repository, exchange, body)
                try await onDisk { [self] in
                    try checkQuota(repository, adding: session.size)
                    try session.commit(expecting: digest)
                }
            }
        } catch let error as OCIError where error.code == .damaged {
            throw RegistryFault(.badRequest, .digestInvalid, error.message)
        }
        return created(digest, repository, exchange)
    }

    /// Holds an upload for one request. Where the disk is full the upload is given up: its bytes would keep it so until it
    /// expires.
    private func withUpload<Result>(
        _ identifier: String,
        _ repository: RepositoryName,
        _ body: (UploadSession) async throws -> Result
    ) async throws -> Result {
        let session = try await open(identifier, repository)
        defer { leave(session) }
        do {
            return try await body(session)
        } catch let error as FileError where error.isOutOfSpace {
            try await onDisk { try session.cancel() }
            throw error
        }
    }

    private func open(_ identifier: String, _ repository: RepositoryName) async throws -> UploadSession {
        let state = uploads.state(of: identifier)
        let session = try await onDisk { [self] in
            do {
                return try store.openUpload(identifier, to: repository, progress: state)
            } catch let error as OCIError where error.code == .contended {
                throw RegistryFault(.conflict, .blobUploadInvalid, error.message)
            }
        }
        guard let session else {
            uploads.remove(identifier)
            throw RegistryFault(.notFound, .blobUploadUnknown, "no such upload in this repository; it may have expired")
        }
        return session
    }

    /// Lets the next request go on where this one ends.
    private func leave(_ session: UploadSession) {
        if session.isOver {
            uploads.remove(session.identifier)
        } else {
            uploads.note(session.identifier, session.progress)
        }
        session.release()
    }

    /// Appends a request's body to an upload; what has arrived stays even if the connection breaks.
    private func receive(
        _ session: UploadSession,
        _ identifier: String,
        _ repository: RepositoryName,
        _ exchange: Exchange,
        _ body: BodyReader
    ) async throws {
        let start = session.size
        let chunk = try exchange.header(.contentRange).map { header in
            guard let chunk = ByteRange.chunk(header) else {
                throw RegistryFault(.badRequest, .blobUploadInvalid, "Content-Range must be <first>-<last>")
            }
            return chunk
        }
        if let chunk {
            guard chunk.lowerBound == start else {
                throw RegistryFault(
                    .rangeNotSatisfiable,
                    .blobUploadInvalid,
                    "the upload has \(start) bytes, so the chunk must begin at \(start)",
                    headers: place(identifier, size: start, repository, exchange)
                )
            }
            if let size = exchange.bodySize, size != chunk.count {
                throw RegistryFault(.badRequest, .sizeInvalid, "Content-Range and Content-Length disagree")
            }
        }
        let quota = settings.quota(of: repository)
        let room = quota == nil ? nil : try await onDisk { [self] in try quota! - catalog.size(of: repository) }
        while let block = try await body.next() {
            if let chunk, body.count > chunk.count {
                try await onDisk { try session.truncate(to: start) }
                throw RegistryFault(.badRequest, .sizeInvalid, "the body is longer than its Content-Range")
            }
            if let room, start + body.count > room {
                try await onDisk { try session.cancel() }
                throw RegistryFault(.forbidden, .denied, "quota: \(repository) has no room for this blob")
            }
            try await onDisk {
                for buffer in block {
                    try buffer.withUnsafeReadableBytes { try session.append($0) }
                }
            }
        }
        if let chunk, body.count != chunk.count {
            throw RegistryFault(.badRequest, .sizeInvalid, "the body is shorter than its Content-Range")
        }
    }

    /// Notes a blob of another repository in this one, if the caller may read that; without a source, of any.
    private func mount(
        _ digest: Digest,
        from source: RepositoryName?,
        to repository: RepositoryName,
        _ rights: Rights
    ) throws -> Bool {
        guard try store.hasBlob(digest) else { return false }
        let sources = try source.map { [$0] } ?? catalog.current().names + store.repositoriesWithBlobs()
        guard try sources.contains(where: { try rights.mayRead($0) && catalog.hasBlob(digest, in: $0) }) else {
            return false
        }
        if try !catalog.hasBlob(digest, in: repository) {
            try checkQuota(repository, adding: store.blobSize(digest))
        }
        return try store.blobs(of: repository).keep(digest)
    }

    private func created(_ digest: Digest, _ repository: RepositoryName, _ exchange: Exchange) -> Answer {
        Answer(
            .created,
            headers: [
                .location: exchange.location(repository, "blobs/\(digest)"), .dockerDigest: digest.description,
            ]
        )
    }

    private func place(
        _ identifier: String,
        size: Int,
        _ repository: RepositoryName,
        _ exchange: Exchange
    ) -> HTTPFields {
        [
            .location: exchange.location(repository, "blobs/uploads/\(identifier)"),
            .range: "0-\(max(0, size - 1))", .dockerUpload: identifier,
        ]
    }

    private static func repository(_ text: String) throws -> RepositoryName {
        do {
            return try RepositoryName(text)
        } catch let error as OCIError {
            throw RegistryFault(.badRequest, .nameInvalid, error.message)
        }
    }

    private static func algorithm(_ text: String) throws -> Digest.Algorithm {
        guard let algorithm = Digest.Algorithm(rawValue: text) else {
            throw RegistryFault(.badRequest, .digestInvalid, "digest-algorithm must be sha256 or sha512")
        }
        return algorithm
    }
}
