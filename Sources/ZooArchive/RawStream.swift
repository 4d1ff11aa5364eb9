import Glibc
import ZooFiles

/// The bytes of a data file, decompressed on the way if it is gzip, zstd, xz, bzip2 or lz4.
///
/// The content decides, not the name. Plain files are read directly. Memory is bounded by the filters' own windows.
public final class RawStream {
    /// Bytes read from the file at once.
    static let blockSize = 1 << 20

    /// The path as given.
    public let path: String
    /// Size of the file as stored, in bytes; 0 for a pipe.
    public let fileSize: Int
    /// Whether the content is compressed.
    public let isCompressed: Bool

    private let source: any RawSource

    /// Opens a file.
    ///
    /// - Throws: `FileError` if it cannot be opened, ``ArchiveError`` if its compression is damaged from the start.
    public init(path: String) throws {
        self.path = path
        let file = try OpenFile(path)
        let status = try file.status()
        guard status.kind != .directory else { throw FileError(path: path, operation: "read", number: EISDIR) }
        fileSize = status.size
        let head = Self.head(file.descriptor)
        if head.starts(with: [0x1f, 0x8b]) {
            source = try GzipSource(file)
            isCompressed = true
        } else if Self.filterMagics.contains(where: { head.starts(with: $0) }) {
            source = try FilterSource(file)
            isCompressed = true
        } else {
            source = PlainSource(file)
            isCompressed = false
        }
    }

    /// Bytes of the file as stored that have been consumed, for progress against ``fileSize``.
    public var fileBytesRead: Int { source.fileBytesRead }

    /// Fills `buffer` with the next bytes of the content.
    ///
    /// - Returns: the number of bytes, below `buffer.count` only at the end; 0 at the end.
    /// - Throws: ``ArchiveError`` naming the file if it is truncated or corrupt, `FileError` if it cannot be read.
    public func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        buffer.isEmpty ? 0 : try source.read(into: buffer)
    }

    /// zstd, xz, bzip2, lz4.
    private static let filterMagics: [[UInt8]] = [
        [0x28, 0xb5, 0x2f, 0xfd], [0xfd, 0x37, 0x7a, 0x58], [0x42, 0x5a, 0x68], [0x04, 0x22, 0x4d, 0x18],
    ]

    /// The first bytes of a file, not moving its position; none for a pipe, which is read as it is.
    private static func head(_ descriptor: Int32) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: 4) { buffer, count in
            count = max(0, pread(descriptor, buffer.baseAddress, 4, 0))
        }
    }
}

/// What ``RawStream`` reads from.
protocol RawSource: AnyObject {
    var fileBytesRead: Int { get }
    func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int
}

/// A file that is not compressed.
private final class PlainSource: RawSource {
    private let file: OpenFile
    private(set) var fileBytesRead = 0

    init(_ file: consuming OpenFile) {
        self.file = file
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        let count = try file.read(into: buffer)
        fileBytesRead += count
        return count
    }
}
