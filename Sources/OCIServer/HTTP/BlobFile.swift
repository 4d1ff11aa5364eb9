import Glibc
import NIOCore
import OCI
import ZooFiles

/// Content of the store, open for sending.
final class BlobFile: Sendable {
    private let file: OpenFile
    /// Its size in bytes.
    let size: Int

    /// Opens content; throws `OCIError` `.notFound`.
    init(_ digest: Digest, in store: LayoutStore) throws {
        file = try store.openBlob(digest)
        size = try file.status().size
    }

    /// A handle of its own for sending the file without copying it.
    func handle() throws -> NIOFileHandle {
        let copy = fcntl(file.descriptor, F_DUPFD_CLOEXEC, 0)
        guard copy >= 0 else { throw FileError(path: file.path, operation: "open") }
        return NIOFileHandle(_deprecatedTakingOwnershipOfDescriptor: copy)
    }

    /// Brings a part into memory, so that sending it will not wait for the disk; asks for what follows, too.
    func prefetch(_ range: Range<Int>) { file.prefetch(range) }

    /// Reads a part.
    func read(_ range: Range<Int>) throws -> ByteBuffer {
        var buffer = ByteBuffer()
        buffer.reserveCapacity(range.count)
        try buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: range.count) { space in
            try file.read(at: range.lowerBound, into: UnsafeMutableRawBufferPointer(rebasing: space[..<range.count]))
            return range.count
        }
        return buffer
    }
}
