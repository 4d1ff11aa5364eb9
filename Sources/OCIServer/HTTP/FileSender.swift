import Hummingbird
import HummingbirdCore
import NIOCore
import NIOHTTP1
import NIOPosix

/// Sends a part of a file as the body of a response.
///
/// Over plain HTTP the kernel moves the bytes (`sendfile`); over TLS they are read in blocks. Either way the disk is
/// read by threads that may wait, never by those that serve connections, and memory does not grow with the file.
struct FileSender {
    /// Bytes sent without copying in one piece.
    private static let sliceSize = 4 << 20
    /// Bytes read in one piece where they must be encrypted.
    private static let blockSize = 256 << 10

    let file: BlobFile
    let range: Range<Int>
    let channel: any Channel
    let isEncrypted: Bool
    let threads: NIOThreadPool
    /// Longest time that one piece may take; then the client is taken for dead.
    let patience: TimeAmount

    /// Sends everything; throws if the connection breaks.
    func send(to writer: inout any ResponseBodyWriter) async throws {
        guard !range.isEmpty else { return }
        if isEncrypted {
            try await sendBlocks(to: &writer)
        } else {
            try await sendSlices()
        }
    }

    private func sendSlices() async throws {
        let handle = try file.handle()
        defer { try? handle.close() }
        let file = file
        for slice in Self.pieces(of: range, size: Self.sliceSize) {
            try await threads.runIfActive { file.prefetch(slice) }
            let region = FileRegion(fileHandle: handle, readerIndex: slice.lowerBound, endIndex: slice.upperBound)
            try await watched {
                try await write(region)
            }
        }
    }

    /// Writes past the encoder: a body of known length goes over the wire as it is.
    private func write(_ region: FileRegion) async throws {
        let channel = channel
        let promise = channel.eventLoop.makePromise(of: Void.self)
        channel.eventLoop.execute {
            do {
                let encoder = try channel.pipeline.syncOperations.context(handlerType: HTTPResponseEncoder.self)
                encoder.writeAndFlush(NIOAny(IOData.fileRegion(region)), promise: promise)
            } catch {
                promise.fail(error)
            }
        }
        try await promise.futureResult.get()
    }

    private func sendBlocks(to writer: inout any ResponseBodyWriter) async throws {
        let file = file
        for block in Self.pieces(of: range, size: Self.blockSize) {
            let buffer = try await threads.runIfActive { try file.read(block) }
            let timer = startTimer()
            defer { timer.cancel() }
            try await writer.write(buffer)
        }
    }

    private func watched(_ body: () async throws -> Void) async throws {
        let timer = startTimer()
        defer { timer.cancel() }
        try await body()
    }

    private func startTimer() -> Scheduled<Void> {
        let channel = channel
        return channel.eventLoop.scheduleTask(in: patience) { channel.close(promise: nil) }
    }

    private static func pieces(of range: Range<Int>, size: Int) -> [Range<Int>] {
        stride(from: range.lowerBound, to: range.upperBound, by: size).map { $0..<min($0 + size, range.upperBound) }
    }
}
