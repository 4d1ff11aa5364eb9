import CArchive
import ZooFiles

/// Reads tar archives, plain, zstd or gzip, that may be hostile.
///
/// Only regular files and directories are accepted. Links, devices, sparse files, absolute paths, `..`, names that come
/// twice, and whatever passes the limits are errors, never skipped: an archive is good as a whole or not at all.
public final class ArchiveReader {
    /// A file or directory in an archive.
    public struct Entry: Sendable {
        /// Relative path, without `./` and trailing slash; empty for the archive's root directory.
        public let path: String
        /// Whether it is a directory.
        public let isDirectory: Bool
        /// Bytes of a file.
        public let size: Int
        /// Permission bits.
        public let mode: UInt32

        let location: ArchivePath
    }

    /// Reads the content of the current file: fills the buffer, fewer bytes only at the end.
    public typealias Read = (UnsafeMutableRawBufferPointer) throws -> Int

    private static let blockSize = 1 << 20

    private let name: String
    private let limits: ArchiveLimits
    private let archive: OpaquePointer
    private let file: OpenFile?
    private let memory: UnsafeMutableRawBufferPointer?
    private var paths: [String: Bool] = [:]
    private var entryCount = 0
    private var promisedBytes = 0
    private var readBytes = 0

    /// Opens an archive file.
    ///
    /// - Throws: `FileError` if it cannot be opened, ``ArchiveError`` if it is no archive.
    public init(path: String, limits: ArchiveLimits = ArchiveLimits()) throws {
        let file = try OpenFile(path)
        name = path
        self.limits = limits
        memory = nil
        archive = try Self.makeArchive()
        let descriptor = file.descriptor
        self.file = consume file
        try check(archive_read_open_fd(archive, descriptor, Self.blockSize))
    }

    /// Opens an archive in memory; `name` is for messages.
    public init(_ bytes: [UInt8], name: String, limits: ArchiveLimits = ArchiveLimits()) throws {
        self.name = name
        self.limits = limits
        file = nil
        archive = try Self.makeArchive()
        // libarchive keeps a pointer to the bytes: it needs memory that stays.
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: max(bytes.count, 1), alignment: 16)
        memory.copyBytes(from: bytes)
        self.memory = memory
        try check(archive_read_open_memory(archive, memory.baseAddress, bytes.count))
    }

    deinit {
        archive_read_free(archive)
        memory?.deallocate()
    }

    private static func makeArchive() throws -> OpaquePointer {
        guard let archive = archive_read_new() else {
            throw ArchiveError(.internalFailure, "libarchive has no memory")
        }
        archive_read_support_filter_zstd(archive)
        archive_read_support_filter_gzip(archive)
        archive_read_support_format_tar(archive)
        return archive
    }

    /// Visits every entry in the archive's order.
    ///
    /// - Parameter visit: may read the content of a file; what it leaves is read and checked after it.
    /// - Throws: ``ArchiveError``; what `visit` throws.
    public func forEach(_ visit: (Entry, Read) throws -> Void) throws {
        let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.blockSize, alignment: 64)
        defer { scratch.deallocate() }
        while let entry = try next() {
            var remaining = entry.size
            func read(_ buffer: UnsafeMutableRawBufferPointer) throws -> Int {
                let count = try readContent(into: buffer, of: entry)
                remaining -= count
                guard remaining >= 0, count == buffer.count || remaining == 0 else {
                    throw ArchiveError(.truncated, "\(name): \(entry.path) ends before its \(entry.size) bytes")
                }
                return count
            }
            if !entry.isDirectory {
                try visit(entry, read)
                while remaining > 0 { _ = try read(scratch) }
                // A file must not hold more than its header says either.
                guard try readContent(into: scratch, of: entry) == 0 else {
                    throw refused("\(entry.path) has more than its \(entry.size) bytes")
                }
            } else {
                try visit(entry, { _ in 0 })
            }
        }
    }

    private func next() throws -> Entry? {
        var entry: OpaquePointer?
        switch UTF8Locale.use({ archive_read_next_header(archive, &entry) }) {
        case ARCHIVE_OK: break
        case ARCHIVE_EOF: return nil
        default: throw failure()
        }
        guard let entry else { throw failure() }
        entryCount += 1
        guard entryCount <= limits.entries else { throw refused("more than \(limits.entries) entries") }
        let location = try location(entry)
        let path = location.text
        guard archive_entry_hardlink(entry) == nil, archive_entry_symlink(entry) == nil else {
            throw refused("\(path) is a link")
        }
        let type = archive_entry_filetype(entry)
        let isDirectory = type == zoo_archive_directory()
        guard isDirectory || type == zoo_archive_regular_file() else {
            throw refused("\(path) is neither a file nor a directory")
        }
        guard archive_entry_sparse_count(entry) == 0 else { throw refused("\(path) is a sparse file") }
        guard isDirectory || !location.components.isEmpty else { throw refused("a file without a name") }
        guard paths.updateValue(isDirectory, forKey: path) == nil else { throw refused("\(path) comes twice") }
        let size = Int(archive_entry_size(entry))
        guard !isDirectory || size == 0 else { throw refused("the directory \(path) has content") }
        guard size >= 0, size <= limits.bytes - promisedBytes else {
            throw refused("\(path) takes the files past \(limits.bytes) bytes")
        }
        promisedBytes += size
        return Entry(
            path: path,
            isDirectory: isDirectory,
            size: size,
            mode: UInt32(archive_entry_perm(entry)) & 0o777,
            location: location
        )
    }

    private func location(_ entry: OpaquePointer) throws -> ArchivePath {
        guard let raw = UTF8Locale.use({ archive_entry_pathname(entry) }) else {
            throw refused("an entry without a readable name")
        }
        guard let text = String(validatingCString: raw), !text.isEmpty else {
            throw refused("an entry whose name is empty or not UTF-8")
        }
        guard let location = ArchivePath(text, limit: ArchiveLimits.pathLength) else {
            throw refused("\"\(text.prefix(200))\" is not a safe path")
        }
        return location
    }

    private func readContent(into buffer: UnsafeMutableRawBufferPointer, of entry: Entry) throws -> Int {
        guard let base = buffer.baseAddress else { return 0 }
        var done = 0
        while done < buffer.count {
            let count = archive_read_data(archive, base + done, buffer.count - done)
            guard count >= 0 else { throw failure() }
            if count == 0 { break }
            done += count
        }
        readBytes += done
        let stored = max(1, Int(archive_filter_bytes(archive, -1)))
        guard readBytes <= limits.ratioFreeBytes || readBytes / limits.ratio <= stored else {
            throw refused("\(entry.path) is more than \(limits.ratio) times as large as the archive: a bomb?")
        }
        return done
    }

    private func check(_ code: Int32) throws {
        guard code == ARCHIVE_OK else { throw failure() }
    }

    private func refused(_ why: String) -> ArchiveError {
        ArchiveError(.refused, "\(name): refused archive: \(why)")
    }

    private func failure() -> ArchiveError {
        let detail = archive_error_string(archive).map { String(cString: $0) } ?? "unknown error"
        let isTruncated = detail.contains("runcated") || detail.contains("premature")
        let state = isTruncated ? "truncated" : "corrupt"
        return ArchiveError(isTruncated ? .truncated : .corrupt, "\(name): \(state) archive: \(detail)")
    }
}
