import HTTPTypes
import Hummingbird
import HummingbirdCore
import NIOCore
import NIOHTTP1
import Synchronization

/// Reads a request's body in blocks, and gives up on clients that send too slowly.
///
/// Made once per request and used by one task at a time.
final class BodyReader: @unchecked Sendable {
    /// Bytes that make a block worth a trip to another thread.
    private static let blockSize = 512 << 10
    /// A client must send this many bytes a second, over a window.
    private static let slowestRate = 1024
    /// A body of this size is read even if nobody wants it, so that the connection can go on.
    private static let unwantedSize = 64 << 10

    private let request: Request
    private let channel: any Channel
    private let window: Duration
    private var iterator: RequestBody.AsyncIterator?
    /// What went wrong behind the last block.
    private var failure: (any Error)?
    private var windowStart = ContinuousClock.now
    private var windowSize = 0
    /// Whether everything that the client has to send was read.
    private(set) var isAtEnd: Bool
    /// Bytes read.
    private(set) var count = 0

    /// Reads the body of a request, which must keep up its rate over each `window`.
    init(_ request: Request, channel: any Channel, window: Duration) {
        self.request = request
        self.channel = channel
        self.window = window
        isAtEnd = !request.headers.contains(.transferEncoding) && (request.headers[.contentLength] ?? "0") == "0"
    }

    /// The next half mebibyte or more, or what is left; nil at the end.
    ///
    /// What has arrived before something went wrong is given first.
    /// - Throws: ``RegistryFault`` for a client that is too slow or stops before the `Content-Length` it named.
    func next() async throws -> [ByteBuffer]? {
        if let failure { throw failure }
        guard !isAtEnd else { return nil }
        if iterator == nil { try await begin() }
        var block: [ByteBuffer] = []
        let start = count
        do {
            while failure == nil, count - start < Self.blockSize, let buffer = try await nextBuffer() {
                block.append(buffer)
            }
        } catch {
            guard !block.isEmpty else { throw error }
            failure = error
        }
        return block.isEmpty ? nil : block
    }

    private func nextBuffer() async throws -> ByteBuffer? {
        guard let buffer = try await iterator?.next() else {
            isAtEnd = true
            if let expected = request.headers[.contentLength].flatMap({ Int($0) }), expected != count {
                throw RegistryFault(.badRequest, .sizeInvalid, "the body has \(count) bytes instead of \(expected)")
            }
            return nil
        }
        count += buffer.readableBytes
        checkRate(buffer.readableBytes)
        return buffer
    }

    /// The whole body.
    ///
    /// - Throws: ``RegistryFault`` 413 if it is longer than `limit`.
    func all(limit: Int, what: String) async throws -> [UInt8] {
        let tooLarge = RegistryFault(.contentTooLarge, .sizeInvalid, "\(what) may have at most \(limit) bytes")
        if let size = request.headers[.contentLength].flatMap({ Int($0) }), size > limit { throw tooLarge }
        var bytes: [UInt8] = []
        while let block = try await next() {
            for buffer in block { bytes += buffer.readableBytesView }
            guard bytes.count <= limit else { throw tooLarge }
        }
        return bytes
    }

    /// Reads what nobody has read, if it is little; else ``isAtEnd`` stays false.
    func drain() async {
        guard !isAtEnd, request.headers[.expect] == nil || iterator != nil,
            let size = request.headers[.contentLength].flatMap({ Int($0) }), size <= Self.unwantedSize
        else { return }
        do {
            while try await next() != nil {}
        } catch {
            // The connection has broken, or is about to: then it ends with this answer.
            isAtEnd = false
        }
    }

    /// Lets a client that waits for it send its body (RFC 9110, 10.1.1).
    private func begin() async throws {
        iterator = request.body.makeAsyncIterator()
        guard request.headers[.expect]?.lowercased() == "100-continue" else { return }
        let channel = channel
        try await channel.eventLoop.submit {
            let encoder = try channel.pipeline.syncOperations.context(handlerType: HTTPResponseEncoder.self)
            let line = ByteBuffer(string: "HTTP/1.1 100 Continue\r\n\r\n")
            encoder.writeAndFlush(NIOAny(IOData.byteBuffer(line)), promise: nil)
        }.get()
    }

    private func checkRate(_ size: Int) {
        windowSize += size
        let now = ContinuousClock.now
        let elapsed = now - windowStart
        guard elapsed >= window else { return }
        guard windowSize >= Self.slowestRate * Int(elapsed.components.seconds) else {
            failure = RegistryFault(.requestTimeout, .timeout, "the body comes too slowly")
            return
        }
        windowStart = now
        windowSize = 0
    }
}
