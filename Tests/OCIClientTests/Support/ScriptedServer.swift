import Foundation
import Synchronization

/// An HTTP/1.1 server that misbehaves as a test tells it to: it answers by raw bytes, pauses and broken connections.
final class ScriptedServer: Sendable {
    /// A request as it came.
    struct Request: Sendable {
        let method: String
        /// Path and query as they stood in the request line.
        let target: String
        /// Headers by lower-case name.
        let headers: [String: String]
        let body: [UInt8]
        /// How many requests came before it.
        let index: Int

        var path: String { String(target.prefix { $0 != "?" }) }
        var query: String { String(target.drop { $0 != "?" }.dropFirst()) }
    }

    /// One act of the server.
    enum Step: Sendable {
        case bytes([UInt8])
        case pause(Duration)
        /// Waits until something is so, half a minute at most.
        case until(@Sendable () -> Bool)
        /// Ends the connection as usual.
        case close
        /// Ends the connection by a reset.
        case reset
    }

    typealias Handler = @Sendable (Request) -> [Step]

    let port: UInt16
    private let listener: Int32
    private let handler: Handler
    private let bodyLimit: @Sendable (String, String) -> Int
    private let log = Mutex<[Request]>([])

    /// Listens on a free port of this machine.
    ///
    /// - Parameters:
    ///   - bodyLimit: for a method and a target, how many bytes of the body are read before the answer.
    ///   - handler: what is done for a request.
    init(
        bodyLimit: @escaping @Sendable (String, String) -> Int = { _, _ in .max },
        _ handler: @escaping Handler
    ) throws {
        self.handler = handler
        self.bodyLimit = bodyLimit
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(INADDR_LOOPBACK).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let socket = listener
        let code = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(socket, $0, length) == 0 && listen(socket, 128) == 0 ? getsockname(socket, $0, &length) : -1
            }
        }
        guard code == 0 else { throw POSIXError(.EADDRINUSE) }
        port = UInt16(bigEndian: address.sin_port)
        Thread.detachNewThread { [self] in accept() }
    }

    /// Stops listening.
    func stop() {
        // The thread that accepts closes the descriptor: its number must not be another server's while it looks.
        shutdown(listener, Int32(SHUT_RDWR))
    }

    /// "127.0.0.1:PORT".
    var host: String { "127.0.0.1:\(port)" }

    /// The requests so far.
    var requests: [Request] { log.withLock { $0 } }

    private func accept() {
        defer { close(listener) }
        while true {
            let connection = Glibc.accept(listener, nil, nil)
            guard connection >= 0 else { return }
            // Head and body go out in pieces: held back until the first is acknowledged, they cost 40 ms an answer.
            var noDelay: Int32 = 1
            setsockopt(connection, Int32(IPPROTO_TCP), TCP_NODELAY, &noDelay, socklen_t(MemoryLayout<Int32>.size))
            Thread.detachNewThread { [self] in serve(connection) }
        }
    }

    private func serve(_ connection: Int32) {
        var input: [UInt8] = []
        func fill() -> Bool {
            var block = [UInt8](repeating: 0, count: 65_536)
            let count = recv(connection, &block, block.count, 0)
            guard count > 0 else { return false }
            input += block[..<count]
            return true
        }
        defer { close(connection) }
        while true {
            var end: Int?
            while end == nil {
                end = Self.headEnd(input)
                if end == nil, !fill() { return }
            }
            let lines = String(decoding: input[..<(end ?? 0)], as: UTF8.self).split(separator: "\r\n")
            let words = lines[0].split(separator: " ").map(String.init)
            var headers: [String: String] = [:]
            for line in lines.dropFirst() {
                guard let colon = line.firstIndex(of: ":") else { continue }
                headers[line[..<colon].lowercased()] = line[line.index(after: colon)...].trimmingCharacters(
                    in: .whitespaces
                )
            }
            input.removeFirst((end ?? 0) + 4)
            let length = headers["content-length"].flatMap { Int($0) } ?? 0
            let wanted = min(length, bodyLimit(words[0], words[1]))
            while input.count < wanted { guard fill() else { return } }
            let body = Array(input.prefix(wanted))
            input.removeFirst(wanted)
            let request = log.withLock { log in
                let request = Request(
                    method: words[0],
                    target: words[1],
                    headers: headers,
                    body: body,
                    index: log.count
                )
                log.append(request)
                return request
            }
            for step in handler(request) {
                switch step {
                case .bytes(let bytes):
                    var sent = 0
                    while sent < bytes.count {
                        let count = bytes[sent...].withUnsafeBytes {
                            send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
                        }
                        guard count > 0 else { return }
                        sent += count
                    }
                case .pause(let duration): usleep(UInt32(duration / .microseconds(1)))
                case .until(let condition): for _ in 0..<3_000 where !condition() { usleep(10_000) }
                case .close: return
                case .reset:
                    var option = linger(l_onoff: 1, l_linger: 0)
                    setsockopt(connection, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
                    return
                }
            }
        }
    }

    private static func headEnd(_ bytes: [UInt8]) -> Int? {
        guard bytes.count >= 4 else { return nil }
        return (0...bytes.count - 4).first { Array(bytes[$0..<$0 + 4]) == [13, 10, 13, 10] }
    }
}

extension ScriptedServer.Step {
    /// The head of an answer.
    static func head(_ status: Int, _ headers: [String: String] = [:]) -> Self {
        var text = "HTTP/1.1 \(status) Because\r\n"
        for (name, value) in headers.sorted(by: { $0.key < $1.key }) { text += "\(name): \(value)\r\n" }
        return .bytes(Array((text + "\r\n").utf8))
    }
}

extension [ScriptedServer.Step] {
    /// A whole, well-formed answer.
    static func answer(_ status: Int, _ headers: [String: String] = [:], _ body: [UInt8] = []) -> Self {
        let framing = status == 204 ? [:] : ["Content-Length": String(body.count)]
        let head = ScriptedServer.Step.head(status, headers.merging(framing) { given, _ in given })
        return [head, ScriptedServer.Step.bytes(body)]
    }

    /// An answer with a text.
    static func answer(_ status: Int, _ headers: [String: String] = [:], _ text: String) -> Self {
        answer(status, headers, [UInt8](text.utf8))
    }
}
