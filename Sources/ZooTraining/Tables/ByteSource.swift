import Glibc
import ZooArchive
import ZooFiles

/// Bytes from first to last.
protocol ByteSource: AnyObject {
    /// Fills the start of `buffer` and returns how many bytes it wrote; 0 at the end.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int
}

/// Bytes in memory.
final class MemorySource: ByteSource {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        let count = min(buffer.count, bytes.count - position)
        buffer.copyBytes(from: bytes[position..<position + count])
        position += count
        return count
    }
}

/// A file, decompressed; hashed on the way if it is not compressed and somebody wants to know.
final class FileSource: ByteSource {
    private let stream: RawStream
    private let digest: StreamDigest?

    init(path: String, digest: StreamDigest?) throws {
        stream = try ZooTrainingError.wrapping(path) { try RawStream(path: path) }
        self.digest = digest
    }

    /// Whether the file's own bytes differ from those read.
    var isCompressed: Bool { stream.isCompressed }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        let count = try ZooTrainingError.wrapping(stream.path) { try stream.read(into: buffer) }
        digest?.update(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        return count
    }
}

extension ZooTrainingError {
    /// Runs `body`, turning the errors of the layers below into this module's.
    static func wrapping<Result>(_ path: String, _ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch let error as ArchiveError {
            let code: Code =
                switch error.code {
                case .truncated, .corrupt, .refused: .badData
                case .missing: .notFound
                case .io: .io
                case .internalFailure: .internal
                }
            throw ZooTrainingError(code, error.message, cause: error)
        } catch let error as FileError {
            throw ZooTrainingError(error.code == .notFound ? .notFound : .io, error.description, cause: error)
        }
    }

    /// What the last failed system call said about a path.
    static func system(_ failure: String, _ path: String) -> ZooTrainingError {
        let number = errno
        let reason = String(cString: strerror(number))
        return ZooTrainingError(number == ENOENT ? .notFound : .io, "\(path): \(failure): \(reason)")
    }
}
