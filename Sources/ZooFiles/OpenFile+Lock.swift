import CLinux
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

    /// Gives the lock up before this value ends.
    package func unlock() { _ = retrying { flock(descriptor, LOCK_UN) } }

    /// Creates a file of a new name in this directory and locks it.
    package func createLocked(_ name: String) throws -> OpenFile {
        let file = try open(name, flags: O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW)
        try file.lock(.exclusive, wait: false)
        return file
    }

    /// Whether the file is on a file system that other machines may write to, where locks may not reach them.
    package var isOnSharedFileSystem: Bool {
        var system = statfs()
        return fstatfs(descriptor, &system) == 0 && Self.sharedFileSystems.contains(Int(system.f_type))
    }

    /// The `f_type` of NFS, SMB, CIFS, SMB2, FUSE, Ceph, Lustre, AFS and 9P (statfs(2)).
    private static let sharedFileSystems: Set<Int> = [
        0x6969, 0x517b, 0xff53_4d42, 0xfe53_4d42, 0x6573_5546, 0x00c3_6400, 0x0bd0_0bd0, 0x5346_414f, 0x0102_1997,
    ]
}
