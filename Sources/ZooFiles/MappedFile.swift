import Glibc

/// A regular file mapped for reading.
///
/// The file must not shrink while mapped: the store's blobs never change, and everything that zoo writes is replaced
/// by rename.
package final class MappedFile: Sendable {
    private let base: UInt
    /// Bytes mapped.
    package let count: Int
    /// The path as given.
    package let path: String

    /// Maps the file; throws `FileError` if it cannot be opened or is no regular file.
    package convenience init(_ path: String) throws {
        try self.init(OpenFile(path))
    }

    /// Maps an open file.
    package init(_ file: borrowing OpenFile) throws {
        let status = try file.status()
        guard status.kind == .file else {
            throw FileError(path: file.path, operation: "map", number: status.kind == .directory ? EISDIR : EINVAL)
        }
        path = file.path
        count = status.size
        guard count > 0 else {
            base = 0
            return
        }
        guard let start = mmap(nil, count, PROT_READ, MAP_PRIVATE, file.descriptor, 0), start != MAP_FAILED else {
            throw FileError(path: path, operation: "map")
        }
        base = UInt(bitPattern: start)
    }

    deinit {
        if base != 0 { munmap(UnsafeMutableRawPointer(bitPattern: base), count) }
    }

    /// The bytes; valid only while this object lives.
    package var bytes: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: UnsafeRawPointer(bitPattern: base), count: count)
    }
}
