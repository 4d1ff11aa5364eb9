import NIOCore
import NIOHTTP1
package import OCI

extension RegistryClient {
    /// Size of content in a repository; nil if it is not there.
    package func blobSize(_ repository: String, _ digest: Digest, isPushing: Bool = false) async throws -> Int? {
        let answer = try await send(
            Request(.HEAD, host.address("\(repository)/blobs/\(digest)")),
            scopes: [isPushing ? .repository(repository, "pull", "push") : .repository(repository, "pull")]
        )
        await answer.drain()
        switch answer.status {
        case 200:
            // HEAD has no body, so the announced size is all there is; a registry may leave it out.
            return answer.contentLength ?? -1
        case 404: return nil
        default: throw await failure(answer)
        }
    }

    /// Small content, checked against its digest.
    ///
    /// - Throws: ``ClientError``: `.notFound`, `.damaged`, `.invalid` if it is longer than `limit`.
    package func blob(_ repository: String, _ descriptor: Descriptor, limit: Int) async throws -> [UInt8] {
        guard descriptor.size <= limit else {
            throw ClientError(.invalid, "\(descriptor.digest) has \(descriptor.size) bytes, at most \(limit) are read")
        }
        var attempt = 0
        while true {
            do {
                let answer = try await openBlob(repository, descriptor.digest, range: nil)
                let bytes = try await answer.collect(limit: limit)
                guard bytes.count == descriptor.size,
                    Digest.of(bytes, descriptor.digest.algorithm) == descriptor.digest
                else {
                    throw ClientError(.damaged, "\(host.name) sent for \(descriptor.digest) what has another digest")
                }
                return bytes
            } catch let error as ClientError where error.isTransient && attempt + 1 < options.retry.attempts {
                try await Task.sleep(for: options.retry.delay(after: attempt))
                attempt += 1
            }
        }
    }

    /// A piece of content, which cannot be checked against the digest of the whole.
    ///
    /// A server that ignores `Range` is read only as far as needed.
    package func blobPiece(_ repository: String, _ digest: Digest, range: Range<Int>) async throws -> [UInt8] {
        guard !range.isEmpty else { return [] }
        let answer: HTTPAnswer
        do {
            answer = try await openBlob(repository, digest, range: range)
        } catch is RangeRefused {
            throw ClientError(.damaged, "\(host.name) has no bytes \(range) of \(digest)")
        }
        var skipped = answer.status == 206 ? range.lowerBound : 0
        var bytes: [UInt8] = []
        do {
            try await answer.forEach { buffer in
                let skip = min(buffer.readableBytes, range.lowerBound - skipped)
                skipped += skip
                bytes += buffer.readableBytesView.dropFirst(skip).prefix(range.count - bytes.count)
                if bytes.count == range.count { throw PieceIsComplete() }
            }
        } catch is PieceIsComplete {
            return bytes
        }
        return bytes
    }

    /// Ends the reading of a body.
    private struct PieceIsComplete: Error {}

    /// The answer with content from a repository: status 200, or 206 where a range was asked for and given.
    ///
    /// - Throws: ``RangeRefused`` on 416; ``ClientError`` for other answers.
    func openBlob(_ repository: String, _ digest: Digest, range: Range<Int>?) async throws -> HTTPAnswer {
        var headers = HTTPHeaders()
        if let range { headers.add(name: "range", value: "bytes=\(range.lowerBound)-\(range.upperBound - 1)") }
        let answer = try await send(
            Request(.GET, host.address("\(repository)/blobs/\(digest)"), headers: headers),
            scopes: [.repository(repository, "pull")]
        )
        switch answer.status {
        case 200: return answer
        case 206 where range != nil:
            guard let start = Self.start(answer.header("content-range")), start == range?.lowerBound else {
                await answer.drain()
                throw RangeRefused()
            }
            return answer
        case 416 where range != nil:
            await answer.drain()
            throw RangeRefused()
        default: throw await failure(answer)
        }
    }

    /// The server does not give the piece that was asked for.
    struct RangeRefused: Error {}

    /// The first position of "bytes 5-9/10".
    private static func start(_ value: String?) -> Int? {
        guard let value, value.lowercased().hasPrefix("bytes ") else { return nil }
        return value.dropFirst(6).split(separator: "-").first.flatMap { Int($0) }
    }

    /// Removes content from a repository; answers false if it was not there.
    @discardableResult
    package func deleteBlob(_ repository: String, _ digest: Digest) async throws -> Bool {
        let answer = try await send(
            Request(.DELETE, host.address("\(repository)/blobs/\(digest)")),
            scopes: [.repository(repository, "pull", "push", "delete")]
        )
        switch answer.status {
        case 200, 202, 204:
            await answer.drain()
            return true
        case 404:
            await answer.drain()
            return false
        default: throw await failure(answer)
        }
    }
}
