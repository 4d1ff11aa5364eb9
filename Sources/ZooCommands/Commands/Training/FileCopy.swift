import Glibc

/// Copies between files and the process's own streams.
enum FileCopy {
    private static let blockSize = 1 << 18

    /// Writes what `source` still holds to a new file at `path`.
    ///
    /// - Throws: ``CommandError`` (`inputOutput`).
    static func copy(from source: Int32, to path: String) throws {
        let target = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard target >= 0 else { throw failure("create '\(path)'") }
        defer { close(target) }
        try copy(source, target, sourceName: "standard input", targetName: "'\(path)'")
    }

    /// Writes the file at `path` to `target`.
    ///
    /// - Throws: ``CommandError`` (`inputOutput`).
    static func copy(from path: String, to target: Int32, named name: String) throws {
        let source = open(path, O_RDONLY | O_CLOEXEC)
        guard source >= 0 else { throw failure("open '\(path)'") }
        defer { close(source) }
        try copy(source, target, sourceName: "'\(path)'", targetName: name)
    }

    private static func copy(_ source: Int32, _ target: Int32, sourceName: String, targetName: String) throws {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: blockSize, alignment: 1)
        defer { buffer.deallocate() }
        while true {
            let count = read(source, buffer.baseAddress, buffer.count)
            if count == 0 { return }
            if count < 0 {
                if errno == EINTR { continue }
                throw failure("read \(sourceName)")
            }
            var offset = 0
            while offset < count {
                let written = write(target, buffer.baseAddress.map { $0 + offset }, count - offset)
                if written > 0 {
                    offset += written
                } else if errno != EINTR {
                    throw failure("write to \(targetName)")
                }
            }
        }
    }

    private static func failure(_ action: String) -> CommandError {
        CommandError(.inputOutput, "cannot \(action): \(String(cString: strerror(errno)))")
    }
}
