import Glibc

extension OpenFile {
    /// How many may hold a lock at once.
    package enum LockMode: Sendable {
        case shared, exclusive
    }

    /// Takes an advisory lock that ends with this value or with the process, whichever goes first.
    ///
    /// - Returns: false only if `wait` is false and another holds it.
    @discardableResult
    package func lock(_ mode: LockMode, wait: Bool = true) throws -> Bool {
        let operation = (mode == .shared ? LOCK_SH : LOCK_EX) | (wait ? 0 : LOCK_NB)
        if retrying({ flock(descriptor, operation) }) == 0 { return true }
        // A file system without locks says so; callers must not depend on a lock alone.
        if errno == ENOLCK || errno == EOPNOTSUPP || errno == ENOSYS { return true }
        if errno == EWOULDBLOCK { return false }
        throw FileError(path: path, operation: "lock")
    }
}
