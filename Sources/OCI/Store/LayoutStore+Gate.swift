import Glibc
import ZooFiles

extension LayoutStore {
    /// Runs `body` with the gate: the lock between those who add to the store, who share it for moments, and garbage
    /// collection, which holds it alone.
    func withGate<Result: ~Copyable>(_ mode: OpenFile.LockMode, _ body: () throws -> Result) throws -> Result {
        let file = try root.directory(".zoo", create: true).open("gate", flags: O_RDWR | O_CREAT)
        try file.lock(mode)
        return try withExtendedLifetime(file) { try body() }
    }

    /// Whether advisory locks exclude other processes here, on this machine and, as far as can be told, on others.
    ///
    /// Two descriptors of one file must exclude each other, and the file system must be a local one.
    public var locksAreTrusted: Bool {
        get throws {
            let probe = try TemporaryFile(store: self)
            guard !probe.file.isOnSharedFileSystem else { return false }
            let again = try OpenFile("/proc/self/fd/\(probe.file.descriptor)", flags: O_RDWR)
            return try !again.lock(.exclusive, wait: false)
        }
    }
}
