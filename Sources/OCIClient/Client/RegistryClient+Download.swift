import NIOCore
package import OCI

extension RegistryClient {
    /// Bytes that one request of several for the same content asks for; this many are held in memory for each.
    private static let pieceSize = 8 << 20

    /// Fetches the rest of content, again and again as long as it gets on, and commits it.
    ///
    /// A broken connection is taken up where it broke. A server that ignores `Range`, or says 416, is begun anew. What
    /// turns out damaged after a resumed download is fetched once more from the start, since the old prefix may be to
    /// blame; damaged twice, or at first go, it is given up and removed.
    ///
    /// - Parameters:
    ///   - connections: requests at once for pieces of the content; 1 reads it in one go.
    ///   - progress: told of each block that came, negative where bytes were thrown away.
    /// - Throws: ``ClientError``, `OCIError` `.damaged`, `FileError`.
    package func download(
        _ repository: String,
        into partial: PartialBlob,
        connections: Int = 1,
        progress: @Sendable (Int) -> Void = { _ in }
    ) async throws {
        let expected = partial.expected
        var connections = connections
        var failures = 0
        var restarts = 0
        func restart() throws {
            progress(-partial.size)
            try partial.restart()
            restarts += 1
        }
        while true {
            let before = partial.size
            do {
                if partial.size < expected.size {
                    if connections > 1, expected.size - partial.size > Self.pieceSize {
                        try await fetchPieces(repository, into: partial, connections, progress)
                    } else {
                        try await fetchRest(repository, into: partial, progress)
                    }
                }
                return try partial.commit()
            } catch is RangeRefused {
                guard restarts < 2 else {
                    throw ClientError(.invalid, "\(host.name) does not send \(expected.digest) as it should")
                }
                connections = 1
                try restart()
            } catch let error as OCIError where error.code == .damaged {
                guard partial.resumed > 0, restarts < 2 else {
                    progress(-partial.size)
                    try partial.discard()
                    throw ClientError(.damaged, "\(host.name): \(error.message)")
                }
                try restart()
            } catch let error as ClientError where error.isTransient {
                try partial.flush()
                failures = partial.size > before ? 0 : failures + 1
                guard failures < options.retry.attempts else { throw error }
                try await Task.sleep(for: options.retry.delay(after: failures))
            }
        }
    }

    /// Reads everything after what is there from one answer.
    private func fetchRest(
        _ repository: String,
        into partial: PartialBlob,
        _ progress: (Int) -> Void
    ) async throws {
        let expected = partial.expected
        let start = partial.size
        let answer = try await openBlob(
            repository,
            expected.digest,
            range: start > 0 ? start..<expected.size : nil
        )
        if answer.status == 200, start > 0 {
            // Range was ignored: what comes is the whole, and appending it would spoil the file.
            progress(-start)
            try partial.restart()
        }
        if let length = answer.contentLength, length != expected.size - partial.size {
            await answer.drain()
            throw OCIError(
                .damaged,
                "\(length) bytes are announced instead of \(expected.size - partial.size) of \(expected.digest)"
            )
        }
        try await answer.forEach { buffer in
            try buffer.withUnsafeReadableBytes { try partial.write($0) }
            progress(buffer.readableBytes)
        }
        guard partial.size == expected.size else {
            throw ClientError(.unreachable, "\(host.name) ended \(expected.digest) after \(partial.size) bytes")
        }
    }

    /// Fetches pieces by several requests at once and writes them in order.
    private func fetchPieces(
        _ repository: String,
        into partial: PartialBlob,
        _ connections: Int,
        _ progress: (Int) -> Void
    ) async throws {
        let expected = partial.expected
        let first = partial.size
        let ranges = stride(from: first, to: expected.size, by: Self.pieceSize).map {
            $0..<min($0 + Self.pieceSize, expected.size)
        }
        try await withThrowingTaskGroup(of: (Int, [ByteBuffer]).self) { group in
            var next = 0
            var waiting: [Int: [ByteBuffer]] = [:]
            var written = 0
            func begin() {
                guard next < ranges.count else { return }
                let (index, range) = (next, ranges[next])
                group.addTask { (index, try await fetchPiece(repository, expected.digest, range)) }
                next += 1
            }
            for _ in 0..<connections { begin() }
            while written < ranges.count, let (index, buffers) = try await group.next() {
                waiting[index] = buffers
                while let buffers = waiting.removeValue(forKey: written) {
                    for buffer in buffers {
                        try buffer.withUnsafeReadableBytes { try partial.write($0) }
                        progress(buffer.readableBytes)
                    }
                    written += 1
                    // Only now: this bounds what is held in memory.
                    begin()
                }
            }
        }
    }

    private func fetchPiece(_ repository: String, _ digest: Digest, _ range: Range<Int>) async throws -> [ByteBuffer] {
        let answer = try await openBlob(repository, digest, range: range)
        guard answer.status == 206 else { throw RangeRefused() }
        var buffers: [ByteBuffer] = []
        var count = 0
        try await answer.forEach { buffer in
            count += buffer.readableBytes
            guard count <= range.count else { throw RangeRefused() }
            buffers.append(buffer)
        }
        guard count == range.count else {
            throw ClientError(.unreachable, "\(host.name) ended a piece of \(digest) early")
        }
        return buffers
    }
}
