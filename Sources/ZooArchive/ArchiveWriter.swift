import CArchive
import Glibc
package import ZooFiles

/// Writes tar archives whose bytes depend on the names and contents alone.
///
/// No times, no owners, mode 0644 for files and 0755 for directories; the ustar form, with pax headers only for what it
/// cannot hold. zstd runs on one thread at a fixed level: the same version of libzstd always gives the same bytes.
/// The caller adds entries in the order it wants; sorted paths keep it reproducible.
public final class ArchiveWriter {
    /// How the archive is compressed.
    public enum Compression: Sendable {
        case none, zstd
    }

    /// Takes the archive's bytes, block by block.
    public typealias Sink = (UnsafeRawBufferPointer) throws -> Void

    private static let zstdLevel = "9"
    private static let blockSize = 1 << 20

    private let archive: OpaquePointer
    private let output: Output
    private var paths: Set<String> = []
    private var isOpen = true

    /// What the C callback reaches.
    private final class Output {
        let sink: Sink
        var failure: (any Error)?

        init(_ sink: @escaping Sink) {
            self.sink = sink
        }
    }

    /// Starts an archive.
    ///
    /// - Parameter sink: receives the bytes; what it throws comes out of the call that caused it.
    public init(_ compression: Compression = .none, sink: @escaping Sink) throws {
        guard let archive = archive_write_new() else {
            throw ArchiveError(.internalFailure, "libarchive has no memory")
        }
        self.archive = archive
        output = Output(sink)
        try check(archive_write_set_format_pax_restricted(archive))
        if compression == .zstd {
            try check(archive_write_add_filter_zstd(archive))
            try check(archive_write_set_filter_option(archive, "zstd", "compression-level", Self.zstdLevel))
        }
        try check(archive_write_set_bytes_per_block(archive, Int32(Self.blockSize)))
        try check(archive_write_set_bytes_in_last_block(archive, 1))
        let context = Unmanaged.passUnretained(output).toOpaque()
        try check(
            archive_write_open(
                archive,
                context,
                nil,
                { archive, context, bytes, count in
                    guard let context else { return -1 }
                    let output = Unmanaged<Output>.fromOpaque(context).takeUnretainedValue()
                    do {
                        try output.sink(UnsafeRawBufferPointer(start: bytes, count: count))
                        return count
                    } catch {
                        output.failure = error
                        return -1
                    }
                },
                nil
            )
        )
    }

    deinit {
        // After a failure, freeing must not write the rest of a broken archive.
        if isOpen { archive_write_fail(archive) }
        archive_write_free(archive)
    }

    /// Adds a directory.
    public func addDirectory(_ path: String) throws {
        try addHeader(path, size: 0, type: zoo_archive_directory(), mode: 0o755)
    }

    /// Adds a file that is in memory.
    public func addFile(_ path: String, _ bytes: UnsafeRawBufferPointer) throws {
        try addFile(path, size: bytes.count) { try $0(bytes) }
    }

    /// Adds a file whose content comes in blocks.
    ///
    /// - Parameters:
    ///   - size: how many bytes `content` will give; another number is an error.
    ///   - content: is called once and hands blocks to its argument.
    public func addFile(_ path: String, size: Int, _ content: (Sink) throws -> Void) throws {
        try addHeader(path, size: size, type: zoo_archive_regular_file(), mode: 0o644)
        var written = 0
        try content { block in
            guard let base = block.baseAddress else { return }
            written += block.count
            guard written <= size else {
                throw ArchiveError(.internalFailure, "\(path) has more than \(size) bytes")
            }
            var done = 0
            while done < block.count {
                let count = archive_write_data(archive, base + done, block.count - done)
                guard count > 0 else { throw failure() }
                done += count
            }
        }
        guard written == size else {
            throw ArchiveError(.internalFailure, "\(path) has \(written) bytes instead of \(size)")
        }
        try check(archive_write_finish_entry(archive))
    }

    /// Adds a file from the disk.
    package func addFile(_ path: String, from file: borrowing OpenFile) throws {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.blockSize, alignment: 64)
        defer { buffer.deallocate() }
        let size = try file.status().size
        try addHeader(path, size: size, type: zoo_archive_regular_file(), mode: 0o644)
        var written = 0
        while true {
            let count = try file.read(into: buffer)
            written += count
            guard written <= size else { break }
            var done = 0
            while done < count {
                let step = archive_write_data(archive, buffer.baseAddress.map { $0 + done }, count - done)
                guard step > 0 else { throw failure() }
                done += step
            }
            if count < buffer.count { break }
        }
        guard written == size else { throw ArchiveError(.io, "\(file.path) changed while it was read") }
        try check(archive_write_finish_entry(archive))
    }

    /// Completes the archive.
    public func finish() throws {
        try check(archive_write_close(archive))
        isOpen = false
    }

    private func addHeader(_ path: String, size: Int, type: UInt32, mode: UInt32) throws {
        guard let safe = ArchivePath(path, limit: ArchiveLimits.pathLength), !path.isEmpty, safe.text == path
        else {
            throw ArchiveError(.internalFailure, "\"\(path)\" cannot be a path in an archive")
        }
        guard paths.insert(path).inserted else {
            throw ArchiveError(.internalFailure, "\(path) is in the archive already")
        }
        guard UTF8Locale.isAvailable || path.utf8.allSatisfy({ $0 < 0x80 }) else {
            throw ArchiveError(.internalFailure, "\(path) is not ASCII, and this system has no C.UTF-8 locale")
        }
        guard let entry = archive_entry_new() else {
            throw ArchiveError(.internalFailure, "libarchive has no memory")
        }
        defer { archive_entry_free(entry) }
        archive_entry_set_pathname(entry, path)
        archive_entry_set_filetype(entry, type)
        archive_entry_set_perm(entry, mode)
        archive_entry_set_size(entry, la_int64_t(size))
        archive_entry_set_mtime(entry, 0, 0)
        archive_entry_set_uid(entry, 0)
        archive_entry_set_gid(entry, 0)
        try UTF8Locale.use { try check(archive_write_header(archive, entry)) }
    }

    private func check(_ code: Int32) throws {
        guard code == ARCHIVE_OK else { throw failure() }
    }

    private func failure() -> any Error {
        if let failure = output.failure { return failure }
        let detail = archive_error_string(archive).map { String(cString: $0) } ?? "unknown error"
        return ArchiveError(.internalFailure, "cannot write the archive: \(detail)")
    }
}
