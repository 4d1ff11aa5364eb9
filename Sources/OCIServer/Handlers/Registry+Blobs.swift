import HTTPTypes
import OCI

extension Registry {
    /// GET and HEAD of a blob.
    func blob(_ digest: Digest, in repository: RepositoryName, _ exchange: Exchange) async throws -> Answer {
        let isHead = exchange.method == .head
        let mayWrite = !isReadOnly && exchange.caller.rights.mayWrite(repository)
        let file = try await onDisk { [self] in
            guard try catalog.hasBlob(digest, in: repository) else { throw Self.unknown(digest) }
            // Somebody who asks before a push will refer to it: garbage collection must leave it until then.
            if isHead, mayWrite { _ = try store.blobs(of: repository).keep(digest) }
            do {
                return try BlobFile(digest, in: store)
            } catch let error as OCIError where error.code == .notFound {
                throw Self.unknown(digest)
            }
        }
        var headers: HTTPFields = [
            .contentType: "application/octet-stream", .acceptRanges: "bytes", .dockerDigest: digest.description,
            .eTag: "\"\(digest)\"",
        ]
        if exchange.isKnown("\"\(digest)\"") { return Answer(.notModified, headers: headers) }
        if isHead {
            headers[.contentLength] = String(file.size)
            return Answer(.ok, headers: headers)
        }
        switch range(exchange, digest: digest, size: file.size) {
        case .whole:
            headers[.contentLength] = String(file.size)
            return Answer(.ok, headers: headers, content: .file(file, 0..<file.size))
        case .part(let range):
            headers[.contentLength] = String(range.count)
            headers[.contentRange] = "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(file.size)"
            return Answer(.partialContent, headers: headers, content: .file(file, range))
        case .unsatisfiable:
            throw RegistryFault(
                .rangeNotSatisfiable,
                .rangeInvalid,
                "the range lies outside of \(file.size) bytes",
                headers: [.contentRange: "bytes */\(file.size)"]
            )
        }
    }

    /// DELETE of a blob: forgets that a client has sent it; garbage collection frees the space.
    func deleteBlob(_ digest: Digest, in repository: RepositoryName) async throws -> Answer {
        try await onDisk { [self] in
            if let listing = try catalog.listing(repository),
                let user = listing.contents(catalog.manifests).users[digest]
            {
                throw RegistryFault(
                    .methodNotAllowed,
                    .denied,
                    "\(digest) is part of the manifest \(user); delete that first"
                )
            }
            guard try store.blobs(of: repository).forget(digest) else { throw Self.unknown(digest) }
        }
        return Answer(.accepted)
    }

    /// A range is for this very content only if `If-Range` says so or is absent.
    private func range(_ exchange: Exchange, digest: Digest, size: Int) -> ByteRange.Request {
        if let condition = exchange.header(.ifRange), condition != "\"\(digest)\"" { return .whole }
        return ByteRange.requested(exchange.header(.range), size: size)
    }

    static func unknown(_ digest: Digest) -> RegistryFault {
        RegistryFault(.notFound, .blobUnknown, "no blob \(digest) in this repository")
    }
}
