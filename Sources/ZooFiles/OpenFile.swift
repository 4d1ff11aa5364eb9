package import Glibc

/// An open file or directory; closed when the value goes away.
package struct OpenFile: ~Copyable, Sendable {
    /// The descriptor, for calls that this type does not wrap; never close it.
    package let descriptor: Int32
    /// The path for messages.
    package let path: String

    /// Opens a path, always close-on-exec, retrying when a signal interrupts.
    package init(_ path: String, flags: Int32 = O_RDONLY, mode: mode_t = 0o644) throws {
        try self.init(path: path, descriptor: retrying { Glibc.open(path, flags | O_CLOEXEC, mode) })
    }

    private init(path: String, descriptor: Int32) throws {
        self.path = path
        self.descriptor = descriptor
        guard descriptor >= 0 else { throw FileError(path: path, operation: "open") }
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    /// Opens `name` inside this directory.
    package func open(_ name: String, flags: Int32 = O_RDONLY, mode: mode_t = 0o644) throws -> OpenFile {
        try OpenFile(
            path: "\(path)/\(name)",
            descriptor: retrying { openat(descriptor, name, flags | O_CLOEXEC, mode) }
        )
    }

    /// Opens `name` inside this directory, or answers nil where nothing has that name.
    package func openIfPresent(_ name: String, flags: Int32 = O_RDONLY) throws -> OpenFile? {
        let child = retrying { openat(descriptor, name, flags | O_CLOEXEC) }
        if child < 0, errno == ENOENT { return nil }
        return try OpenFile(path: "\(path)/\(name)", descriptor: child)
    }

    /// Size, times and identity.
    package func status() throws -> FileStatus {
        var raw = stat()
        guard fstat(descriptor, &raw) == 0 else { throw FileError(path: path, operation: "stat") }
        return FileStatus(raw)
    }

    /// Waits until the content is on the disk; on a directory, until its names are.
    package func sync() throws {
        // Some file systems cannot sync a directory and say EINVAL: nothing more can be asked of them.
        guard retrying({ fsync(descriptor) }) == 0 || errno == EINVAL else {
            throw FileError(path: path, operation: "sync")
        }
    }
}

/// Repeats a system call that a signal interrupted.
@inline(__always)
package func retrying<Result: SignedInteger>(_ call: () -> Result) -> Result {
    while true {
        let result = call()
        if result >= 0 || errno != EINTR { return result }
    }
}
