import CArchive
import Glibc
import ZooFiles

/// The content of a zstd, xz, bzip2 or lz4 file, through libarchive's filters.
final class FilterSource: RawSource {
    private let file: OpenFile
    private let archive: OpaquePointer
    private var isAtEnd = false

    init(_ file: consuming OpenFile) throws {
        guard let archive = archive_read_new() else {
            throw ArchiveError(.internalFailure, "\(file.path): libarchive has no memory")
        }
        self.archive = archive
        self.file = file
        archive_read_support_filter_bzip2(archive)
        archive_read_support_filter_xz(archive)
        archive_read_support_filter_zstd(archive)
        archive_read_support_filter_lz4(archive)
        archive_read_support_format_raw(archive)
        archive_read_support_format_empty(archive)
        guard archive_read_open_fd(archive, self.file.descriptor, RawStream.blockSize) == ARCHIVE_OK else {
            throw failure()
        }
        var entry: OpaquePointer?
        switch archive_read_next_header(archive, &entry) {
        case ARCHIVE_OK: break
        case ARCHIVE_EOF: isAtEnd = true
        default: throw failure()
        }
        // A file cut inside its first header looks like no filter's: it would pass through as it is.
        guard archive_filter_code(archive, 0) != ARCHIVE_FILTER_NONE else {
            throw ArchiveError(.truncated, "\(self.file.path): truncated compressed file: its header is incomplete")
        }
    }

    deinit {
        archive_read_free(archive)
    }

    var fileBytesRead: Int { Int(archive_filter_bytes(archive, -1)) }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        guard !isAtEnd, let base = buffer.baseAddress else { return 0 }
        var done = 0
        while done < buffer.count {
            let count = archive_read_data(archive, base + done, buffer.count - done)
            guard count >= 0 else { throw failure() }
            if count == 0 {
                isAtEnd = true
                break
            }
            done += count
        }
        return done
    }

    private func failure() -> ArchiveError {
        let detail = archive_error_string(archive).map { String(cString: $0) } ?? "unknown error"
        // libarchive tells truncation by text only, and liblzma's text is that it made no progress.
        let isTruncated = ["runcated", "premature", "No progress"].contains { detail.contains($0) }
        let state = isTruncated ? "truncated" : "corrupt"
        return ArchiveError(isTruncated ? .truncated : .corrupt, "\(file.path): \(state) compressed file: \(detail)")
    }
}
