import Glibc

/// A system call on a file failed.
public struct FileError: Error, CustomStringConvertible, Sendable {
    /// What kind of failure it was.
    public enum Code: Sendable {
        case notFound, alreadyExists, notPermitted, io
    }

    /// The file or directory, as the caller named it.
    public let path: String
    /// What was tried: "open", "write", …
    public let operation: String
    /// The system's error number.
    public let number: Int32
    /// Bytes that could not be written and those that were still to come, where the writer knows.
    package var unwritten: Int?

    package init(path: String, operation: String, number: Int32 = errno) {
        self.path = path
        self.operation = operation
        self.number = number
    }

    /// The kind of failure, from the system's error number.
    public var code: Code {
        switch number {
        case ENOENT, ENOTDIR: .notFound
        case EEXIST: .alreadyExists
        case EACCES, EPERM, EROFS: .notPermitted
        default: .io
        }
    }

    /// Whether the disk, or what the user or the process may take of it, is full.
    package var isOutOfSpace: Bool { number == ENOSPC || number == EDQUOT || number == EFBIG }

    /// How many bytes the disk would have to have more; nil where nobody knows, and where room is not what lacks.
    package var missing: Int? {
        var system = statvfs()
        guard isOutOfSpace, let unwritten, statvfs(FileLocation(path).directory, &system) == 0 else { return nil }
        let free = Int(clamping: system.f_bavail).multipliedReportingOverflow(by: Int(clamping: system.f_frsize))
        return free.overflow || free.partialValue >= unwritten ? nil : unwritten - free.partialValue
    }

    /// The process exit status that fits: 66 for a file to read that is missing, else 74.
    public var exitCode: Int32 { code == .notFound && operation != "create" ? 66 : 74 }

    /// "cannot open /a/b: No such file or directory".
    public var description: String { "cannot \(operation) \(path): \(String(cString: strerror(number)))" }
}
