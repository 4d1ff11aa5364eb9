import Glibc

/// A lock among the processes of this machine that has a name and no file: an abstract socket address (unix(7)). One
/// process at a time can be bound to it, and it ends with the process.
package enum MachineLock {
    /// Longest name in bytes.
    package static let nameLimit = 100

    /// Runs `body` while no other process, and no other task of this one, holds the lock of that name.
    ///
    /// Where others hold it for longer than `patience`, and where the system has no such addresses, `body` runs without:
    /// callers must not depend on the lock alone.
    package static func hold<Result>(
        _ name: String,
        patience: Duration,
        _ body: () async throws -> Result
    ) async throws -> Result {
        let clock = ContinuousClock()
        let end = clock.now + patience
        var outcome = bind(name)
        while case .taken = outcome, clock.now < end {
            try await Task.sleep(for: .milliseconds(Int.random(in: 5...20)))
            outcome = bind(name)
        }
        defer { if case .held(let descriptor) = outcome { close(descriptor) } }
        return try await body()
    }

    private enum Outcome {
        case held(Int32)
        case taken
        case impossible
    }

    private static func bind(_ name: String) -> Outcome {
        precondition(name.utf8.count <= nameLimit)
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return .impossible }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        // A first byte of zero makes it a name that is no path.
        withUnsafeMutableBytes(of: &address.sun_path) { $0[1...].copyBytes(from: name.utf8) }
        let length = MemoryLayout<sa_family_t>.size + 1 + name.utf8.count
        let code = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { Glibc.bind(descriptor, $0, socklen_t(length)) }
        }
        if code == 0 { return .held(descriptor) }
        let isTaken = errno == EADDRINUSE
        close(descriptor)
        return isTaken ? .taken : .impossible
    }
}
