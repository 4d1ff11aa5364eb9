import Glibc

/// The input as a file, for parsers that read files; it lies in memory and has no name in the file system.
public struct InputFile {
    private let descriptor: Int32
    /// A path that opens it from its first byte.
    public let path: String

    /// Makes an empty file.
    public init() {
        var name = Array("/dev/shm/zoo-fuzz-XXXXXX".utf8CString)
        descriptor = mkstemp(&name)
        precondition(descriptor >= 0 && unlink(name) == 0)
        path = "/proc/self/fd/\(descriptor)"
    }

    /// Replaces the content.
    public func write(_ bytes: ArraySlice<UInt8>) {
        let count = bytes.withUnsafeBytes { pwrite(descriptor, $0.baseAddress, $0.count, 0) }
        precondition(count == bytes.count && ftruncate(descriptor, count) == 0)
    }
}
