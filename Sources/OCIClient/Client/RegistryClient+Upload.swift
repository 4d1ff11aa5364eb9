import NIOHTTP1
package import OCI
import Synchronization

/// What became of content that was to be uploaded.
package enum UploadOutcome: Sendable, Equatable {
    /// The repository had it.
    case present
    /// The registry took it from another of its repositories.
    case mounted
    /// It was sent.
    case sent
}

extension RegistryClient {
    /// The first size of chunks tried where a registry, or a proxy before it, refuses a body as too large.
    private static let fallbackChunkSize = 16 << 20
    /// The last one: halves of it are not tried.
    private static let smallestChunkSize = 64 << 10
    /// A registry that asks for larger chunks than this gets the whole.
    private static let chunkLimit = 1 << 30

    /// Where an upload goes on and how much of it is there.
    private struct Session {
        var address: HTTPAddress
        var offset = 0
        var leastChunk = 0
    }

    /// Makes sure that a repository has content: asks first, then mounts it, then sends it.
    ///
    /// - Parameters:
    ///   - path: the file that holds exactly this content.
    ///   - sources: repositories of the same registry that may have it.
    ///   - progress: told of each block that is sent, negative where bytes have to be sent again.
    package func upload(
        _ repository: String,
        _ descriptor: Descriptor,
        from path: String,
        sources: [String] = [],
        progress: @escaping @Sendable (Int) -> Void = { _ in }
    ) async throws -> UploadOutcome {
        if try await blobSize(repository, descriptor.digest, isPushing: true) != nil { return .present }
        var session: Session?
        for source in sources where source != repository {
            let begun: Session
            do {
                guard let open = try await begin(repository, mount: descriptor.digest, from: source) else {
                    return .mounted
                }
                begun = open
            } catch let error as ClientError where [.denied, .notFound, .refused, .unauthorized].contains(error.code) {
                continue
            }
            // Not mounted, but the registry has opened an upload, which must not be left lying about.
            if let open = session { await cancel(repository, open) }
            session = begun
        }
        let reported = Mutex(0)
        @Sendable func report(_ bytes: Int) {
            reported.withLock { $0 += bytes }
            progress(bytes)
        }
        var chunkSize = options.chunkSize
        var attempt = 0
        while true {
            do {
                let open = if let session { session } else { try await beginUpload(repository) }
                session = open
                // What an attempt that broke has sent counts as far as the registry has kept it.
                report(open.offset - reported.withLock(\.self))
                try await send(repository, descriptor, path, open, chunkSize, report)
                return .sent
            } catch let error as ClientError where error.code == .tooLarge {
                let smaller = min(Self.fallbackChunkSize, (chunkSize ?? descriptor.size) / 2)
                guard smaller >= Self.smallestChunkSize else { throw error }
                chunkSize = smaller
                if let open = session { await cancel(repository, open) }
                session = nil
            } catch let error as ClientError where error.isTransient && attempt + 1 < options.retry.attempts {
                try await Task.sleep(for: options.retry.delay(after: attempt))
                attempt += 1
                // The answer alone may have been lost.
                if try await blobSize(repository, descriptor.digest, isPushing: true) != nil { return .sent }
                if let open = session { session = try await status(repository, open, of: descriptor) }
            }
        }
    }

    private func beginUpload(_ repository: String) async throws -> Session {
        guard let session = try await begin(repository, mount: nil, from: nil) else {
            throw ClientError(.invalid, "\(host.name) answers the start of an upload as if it were done")
        }
        return session
    }

    /// Opens an upload by an empty POST, which is also where authentication happens; nil if the content was mounted.
    private func begin(_ repository: String, mount digest: Digest?, from source: String?) async throws -> Session? {
        var address = host.address("\(repository)/blobs/uploads/")
        var scopes = [Scope.repository(repository, "pull", "push")]
        if let digest, let source {
            address = address.appending(query: "mount", digest.description).appending(query: "from", source)
            scopes.append(.repository(source, "pull"))
        }
        let answer = try await send(Request(.POST, address), scopes: scopes)
        switch answer.status {
        case 201 where digest != nil:
            await answer.drain()
            return nil
        case 202:
            await answer.drain()
            var session = Session(address: try location(answer))
            session.leastChunk = answer.header("oci-chunk-min-length").flatMap { Int($0) } ?? 0
            return session
        default: throw await failure(answer)
        }
    }

    /// Sends what is missing, in one request or in chunks, and closes the upload.
    private func send(
        _ repository: String,
        _ descriptor: Descriptor,
        _ path: String,
        _ session: Session,
        _ chunkSize: Int?,
        _ progress: @escaping @Sendable (Int) -> Void
    ) async throws {
        let scopes = [Scope.repository(repository, "pull", "push")]
        var session = session
        var last: FileRange?
        if session.offset == 0, chunkSize.map({ descriptor.size <= max($0, session.leastChunk) }) ?? true {
            last = FileRange(path: path, range: 0..<descriptor.size, progress: progress)
        } else {
            let size = min(max(chunkSize ?? descriptor.size, session.leastChunk, 1), Self.chunkLimit)
            while session.offset < descriptor.size {
                session = try await sendChunk(descriptor, path, session, size, scopes, progress)
            }
        }
        var request = Request(.PUT, session.address.appending(query: "digest", descriptor.digest.description))
        request.headers.add(name: "content-type", value: "application/octet-stream")
        if let last, last.count > 0 { request.body = .file(last) }
        let answer = try await send(request, scopes: scopes)
        guard answer.status == 201 || answer.status == 204 else {
            progress(-(last?.count ?? 0))
            throw await failure(answer)
        }
        await answer.drain()
        if let text = answer.header("docker-content-digest"), text != descriptor.digest.description,
            descriptor.digest.algorithm == .sha256
        {
            throw ClientError(.damaged, "\(host.name) keeps \(descriptor.digest) as \(text.prefix(80))")
        }
    }

    private func sendChunk(
        _ descriptor: Descriptor,
        _ path: String,
        _ session: Session,
        _ size: Int,
        _ scopes: [Scope],
        _ progress: @escaping @Sendable (Int) -> Void
    ) async throws -> Session {
        var session = session
        let range = session.offset..<min(session.offset + size, descriptor.size)
        let request = Request(
            .PATCH,
            session.address,
            headers: [
                "content-type": "application/octet-stream",
                "content-range": "\(range.lowerBound)-\(range.upperBound - 1)",
            ],
            body: .file(FileRange(path: path, range: range, progress: progress))
        )
        let answer = try await send(request, scopes: scopes)
        switch answer.status {
        case 202, 204, 201:
            await answer.drain()
            // Each answer may move the upload.
            session.address = try location(answer)
            let kept = Self.end(answer.header("range")) ?? 0
            session.offset = kept == 0 ? range.upperBound : kept
            guard session.offset > range.lowerBound, session.offset <= range.upperBound else {
                throw ClientError(.unavailable, "\(host.name) has kept \(session.offset) bytes of an upload")
            }
            progress(session.offset - range.upperBound)
            return session
        case 416:
            await answer.drain()
            progress(-range.count)
            throw ClientError(.unavailable, "\(host.name) expects another piece of an upload than it was sent")
        default:
            progress(-range.count)
            throw await failure(answer)
        }
    }

    /// How far an upload is; nil where it has to begin anew.
    private func status(_ repository: String, _ session: Session, of descriptor: Descriptor) async throws -> Session? {
        let answer = try await send(
            Request(.GET, session.address),
            scopes: [.repository(repository, "pull", "push")]
        )
        await answer.drain()
        guard answer.status == 204 || answer.status == 202, let next = try? location(answer) else {
            await cancel(repository, session)
            return nil
        }
        var session = session
        session.address = next
        session.offset = Self.end(answer.header("range")) ?? 0
        // "0-0" is said of an upload without a byte and of one with its first byte: nothing is lost by a new one.
        guard session.offset > 0, session.offset <= descriptor.size else {
            await cancel(repository, session)
            return nil
        }
        return session
    }

    private func cancel(_ repository: String, _ session: Session) async {
        let request = Request(.DELETE, session.address)
        await (try? send(request, scopes: [.repository(repository, "pull", "push")]))?.drain()
    }

    /// Where an upload goes on: relative to the request, or at another place, its query kept.
    private func location(_ answer: HTTPAnswer) throws -> HTTPAddress {
        guard let text = answer.header("location"), let target = answer.request.address.resolving(text) else {
            throw ClientError(.invalid, "\(answer.request.display) is answered without a usable Location")
        }
        guard answer.request.address.origin.scheme == "https", target.origin.scheme == "http" else { return target }
        // A registry behind a proxy that speaks TLS for it may not know that it does.
        guard target.origin.host == host.base.origin.host, let secured = target.moved(to: host.base) else {
            throw ClientError(
                .insecure,
                "\(answer.request.display): the upload would go on without encryption at \(target.origin.host); refused"
            )
        }
        return secured
    }

    /// The number of bytes that a `Range: 0-99` header stands for; nil where there is none.
    private static func end(_ value: String?) -> Int? {
        guard let value else { return nil }
        let text = value.hasPrefix("bytes=") ? value.dropFirst(6) : value[...]
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0] == "0", let last = Int(parts[1]), last >= 0, last < .max else { return nil }
        // Registries say "0-0" for an upload without a byte.
        return last == 0 ? 0 : last + 1
    }
}
