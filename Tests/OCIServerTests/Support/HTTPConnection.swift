import Foundation
import Glibc

/// What a server answered.
struct HTTPAnswer: CustomStringConvertible {
    let status: Int
    let headers: [String: String]
    let body: [UInt8]

    /// A header's value, whatever the case of its name.
    subscript(name: String) -> String? { headers[name.lowercased()] }

    var text: String { String(decoding: body, as: UTF8.self) }

    /// The first error code of the body.
    var code: String? { ((json as? [String: Any])?["errors"] as? [[String: Any]])?.first?["code"] as? String }

    var json: Any? { try? JSONSerialization.jsonObject(with: Data(body)) }

    var description: String { "\(status) \(headers) \(text.prefix(500))" }
}

/// One connection to a server, byte by byte: what libraries would never send can be sent.
final class HTTPConnection {
    struct Closed: Error {}

    private let descriptor: Int32
    private var buffer: [UInt8] = []

    init(port: Int) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else { throw Closed() }
        var time = timeval(tv_sec: 60, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit { close(descriptor) }

    /// Sends bytes as they are.
    func send(_ bytes: [UInt8]) throws {
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress! + done, $0.count - done, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw Closed() }
            done += count
        }
    }

    /// Sends a request.
    func send(_ method: String, _ path: String, _ headers: [String: String] = [:], body: [UInt8]? = nil) throws {
        var head = "\(method) \(path) HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        for (name, value) in headers { head += "\(name): \(value)\r\n" }
        let isFramed = headers.keys.contains { ["content-length", "transfer-encoding"].contains($0.lowercased()) }
        if let body, !isFramed { head += "Content-Length: \(body.count)\r\n" }
        try send(Array((head + "\r\n").utf8) + (body ?? []))
    }

    /// Reads an answer; one to HEAD has no body.
    func receive(isHead: Bool = false) throws -> HTTPAnswer {
        while true {
            let answer = try receiveOne(isHead: isHead)
            if answer.status != 100 { return answer }
        }
    }

    /// Reads the next answer, even if it only says "go on".
    func receiveOne(isHead: Bool = false) throws -> HTTPAnswer {
        var end: Int?
        while end == nil {
            end = buffer.indices.dropLast(3).first { buffer[$0..<$0 + 4].elementsEqual("\r\n\r\n".utf8) }
            if end == nil { try fill() }
        }
        let lines = String(decoding: buffer[..<end!], as: UTF8.self).components(separatedBy: "\r\n")
        buffer.removeFirst(end! + 4)
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            headers[parts[0].lowercased()] = parts[1].trimmingCharacters(in: .whitespaces)
        }
        let status = Int(lines[0].split(separator: " ")[1])!
        let size = isHead || status == 204 ? 0 : Int(headers["content-length"] ?? "0")!
        while buffer.count < size { try fill() }
        defer { buffer.removeFirst(size) }
        return HTTPAnswer(status: status, headers: headers, body: Array(buffer[..<size]))
    }

    /// Waits until the server ends the connection; false if it has not within some seconds.
    func waitForEnd(seconds: Int) -> Bool {
        var time = timeval(tv_sec: seconds, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
        while true {
            var block = [UInt8](repeating: 0, count: 4096)
            let count = recv(descriptor, &block, block.count, 0)
            if count == 0 { return true }
            if count < 0 { return errno == ECONNRESET }
        }
    }

    private func fill() throws {
        var block = [UInt8](repeating: 0, count: 1 << 18)
        let count = recv(descriptor, &block, block.count, 0)
        guard count > 0 else { throw Closed() }
        buffer += block[..<count]
    }
}
