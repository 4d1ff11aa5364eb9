import Glibc
import NIOCore
import ZooFiles

/// A piece of a file as the body of a request, read block by block as the connection takes it.
struct FileRange: AsyncSequence, Sendable {
    typealias Element = ByteBuffer

    /// The file.
    let path: String
    /// Bytes of it.
    let range: Range<Int>
    /// Told of each block as it is handed over.
    let progress: (@Sendable (Int) -> Void)?

    var count: Int { range.count }

    func makeAsyncIterator() -> Iterator { Iterator(self) }

    /// Reads one block at a time.
    final class Iterator: AsyncIteratorProtocol {
        private static let blockSize = 512 << 10
        private let source: FileRange
        private var file: OpenFileBox?
        private var offset: Int

        init(_ source: FileRange) {
            self.source = source
            offset = source.range.lowerBound
        }

        func next() async throws -> ByteBuffer? {
            guard offset < source.range.upperBound else { return nil }
            let file = try file ?? OpenFileBox(source.path)
            self.file = file
            let wanted = Swift.min(Self.blockSize, source.range.upperBound - offset)
            var buffer = ByteBufferAllocator().buffer(capacity: wanted)
            let position = offset
            let count = try buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: wanted) {
                try file.read(at: position, into: UnsafeMutableRawBufferPointer(rebasing: $0[..<wanted]))
            }
            guard count > 0 else { throw FileError(path: source.path, operation: "read", number: EIO) }
            offset += count
            source.progress?(count)
            return buffer
        }
    }
}

/// An open file that a class can hold.
private final class OpenFileBox {
    private let file: OpenFile

    init(_ path: String) throws {
        file = try OpenFile(path, flags: O_RDONLY | O_NOFOLLOW)
    }

    func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        while true {
            let count = pread(file.descriptor, buffer.baseAddress, buffer.count, off_t(offset))
            if count >= 0 { return count }
            guard errno == EINTR else { throw FileError(path: file.path, operation: "read") }
        }
    }
}
