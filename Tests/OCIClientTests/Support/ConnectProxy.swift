import Foundation
import Synchronization

/// A small HTTP proxy: it answers `CONNECT` and hands bytes on, to a server of this machine whatever the name asked for.
final class ConnectProxy: Sendable {
    let port: UInt16
    private let listener: Int32
    private let target: UInt16
    private let status: Int
    private let log = Mutex<[String]>([])

    /// Listens on a free port.
    ///
    /// - Parameters:
    ///   - target: the port that every connection goes to.
    ///   - status: the answer to each request for one; only after 200 anything is handed on.
    init(to target: UInt16, status: Int = 200) throws {
        self.target = target
        self.status = status
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        let socket = listener
        var (code, length) = (Int32(0), socklen_t(MemoryLayout<sockaddr_in>.size))
        var address = Self.address(0)
        code = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(socket, $0, length) == 0 && listen(socket, 16) == 0 ? getsockname(socket, $0, &length) : -1
            }
        }
        guard code == 0 else { throw POSIXError(.EADDRINUSE) }
        port = UInt16(bigEndian: address.sin_port)
        Thread.detachNewThread { [self] in
            defer { close(listener) }
            while true {
                let client = accept(listener, nil, nil)
                guard client >= 0 else { return }
                Thread.detachNewThread { [self] in serve(client) }
            }
        }
    }

    /// Stops listening.
    func stop() { shutdown(listener, Int32(SHUT_RDWR)) }

    /// The heads of the requests for a connection.
    var requests: [String] { log.withLock { $0 } }

    private func serve(_ client: Int32) {
        defer { close(client) }
        var head: [UInt8] = []
        while head.suffix(4) != [13, 10, 13, 10] {
            var byte: UInt8 = 0
            guard recv(client, &byte, 1, 0) == 1 else { return }
            head.append(byte)
        }
        log.withLock { $0.append(String(decoding: head, as: UTF8.self)) }
        let answer = Array("HTTP/1.1 \(status) Because\r\n\r\n".utf8)
        guard send(client, answer, answer.count, Int32(MSG_NOSIGNAL)) == answer.count, status == 200 else { return }
        let server = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(server) }
        var address = Self.address(target)
        let code = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(server, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard code == 0 else { return }
        let isDone = DispatchSemaphore(value: 0)
        for (from, to) in [(client, server), (server, client)] {
            Thread.detachNewThread {
                var block = [UInt8](repeating: 0, count: 16_384)
                while true {
                    let count = recv(from, &block, block.count, 0)
                    guard count > 0, send(to, block, count, Int32(MSG_NOSIGNAL)) == count else { break }
                }
                shutdown(to, Int32(SHUT_WR))
                isDone.signal()
            }
        }
        for _ in 0..<2 { isDone.wait() }
    }

    private static func address(_ port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(INADDR_LOOPBACK).bigEndian
        address.sin_port = port.bigEndian
        return address
    }
}
