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

    /// Whether the disk, or what the user may take of it, is full.
    package var isOutOfSpace: Bool { number == ENOSPC || number == EDQUOT }

    /// The process exit status that fits: 66 for a file to read that is missing, else 74.
    public var exitCode: Int32 { code == .notFound && operation != "create" ? 66 : 74 }

    /// "cannot open /a/b: No such file or directory".
    public var description: String { "cannot \(operation) \(path): \(String(cString: strerror(number)))" }
}
