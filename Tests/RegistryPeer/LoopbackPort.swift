import Foundation

/// Ports of this machine.
package enum LoopbackPort {
    /// A port that was free a moment ago.
    package static func free() throws -> UInt16 {
        let (code, port) = withSocket(0) { bind($0, $1, $2) == 0 ? getsockname($0, $1, &$2) : -1 }
        guard code == 0 else { throw POSIXError(.EADDRINUSE) }
        return port
    }

    /// Whether somebody listens on a port.
    package static func isOpen(_ port: UInt16) -> Bool {
        withSocket(port) { connect($0, $1, $2) == 0 }.result
    }

    /// Whether a process that has been started comes to listen on a port, within ten seconds; one that does not is ended.
    static func opens(_ port: UInt16, by process: Process) -> Bool {
        for _ in 0..<1_000 where process.isRunning {
            if isOpen(port) { return true }
            usleep(10_000)
        }
        process.terminate()
        return false
    }

    private static func withSocket<Result>(
        _ port: UInt16,
        _ body: (Int32, UnsafeMutablePointer<sockaddr>, inout socklen_t) -> Result
    ) -> (result: Result, port: UInt16) {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(INADDR_LOOPBACK).bigEndian
        address.sin_port = port.bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body(descriptor, $0, &length) }
        }
        return (result, UInt16(bigEndian: address.sin_port))
    }
}
