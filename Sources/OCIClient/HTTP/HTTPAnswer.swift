import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import Synchronization

/// The answer to a request: its head is here, its body comes as it is read.
struct HTTPAnswer: Sendable {
    private let response: HTTPClientResponse
    private let options: ClientOptions
    private let body = Once()
    /// What was asked.
    let request: HTTPExchange

    init(_ response: HTTPClientResponse, request: HTTPExchange, options: ClientOptions) {
        self.response = response
        self.request = request
        self.options = options
    }

    var status: UInt { response.status.code }

    /// The first value of a header.
    func header(_ name: String) -> String? { response.headers.first(name: name) }

    /// All values of a header.
    func headers(_ name: String) -> [String] { response.headers[name] }

    /// The size that the head announces.
    var contentLength: Int? { header("content-length").flatMap { Int($0) }.flatMap { $0 >= 0 ? $0 : nil } }

    /// Lends the body piece by piece, and watches that it does not merely drip. Nothing comes of a body that has been
    /// read before.
    ///
    /// - Throws: ``ClientError`` if the connection breaks or stalls; what `block` throws.
    func forEach(_ block: (ByteBuffer) throws -> Void) async throws {
        guard body.take() else { return }
        let clock = ContinuousClock()
        var windowStart = clock.now
        var windowBytes = 0
        var iterator = response.body.makeAsyncIterator()
        while true {
            let next: ByteBuffer?
            do {
                next = try await iterator.next()
            } catch {
                throw HTTPTransport.failure(error, request.address)
            }
            guard let buffer = next else { return }
            try block(buffer)
            windowBytes += buffer.readableBytes
            if windowBytes >= options.leastBytesPerIdleTimeout {
                windowStart = clock.now
                windowBytes = 0
            } else if clock.now - windowStart > options.idleTimeout {
                throw ClientError(
                    .timedOut,
                    "\(request.address.origin.host) sent only \(windowBytes) bytes in \(options.idleTimeout)"
                )
            }
        }
    }

    /// The whole body.
    ///
    /// - Throws: ``ClientError`` `.invalid` if it has more than `limit` bytes.
    func collect(limit: Int) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        try await forEach { buffer in
            guard bytes.count + buffer.readableBytes <= limit else {
                throw ClientError(.invalid, "\(request.display) was answered with more than \(limit) bytes")
            }
            bytes.append(contentsOf: buffer.readableBytesView)
        }
        if let contentLength, request.method != .HEAD, contentLength != bytes.count {
            throw ClientError(.unreachable, "\(request.display): the answer ended early")
        }
        return bytes
    }

    /// Reads what is left so that the connection can be used again; gives up on a long body, which ends the connection.
    func drain() async {
        _ = try? await collect(limit: 256 << 10)
    }
}

/// AsyncHTTPClient traps where a body is read twice, even one without a byte.
private final class Once: Sendable {
    private let isTaken = Mutex(false)

    /// Whether this is the first call.
    func take() -> Bool {
        isTaken.withLock { isTaken in
            defer { isTaken = true }
            return !isTaken
        }
    }
}
