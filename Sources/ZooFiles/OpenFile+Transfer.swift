import CLinux
import Glibc

extension OpenFile {
    /// Fills the buffer from the current position; fewer bytes only at the end of the file.
    package func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        guard let base = buffer.baseAddress else { return 0 }
        var done = 0
        while done < buffer.count {
            let count = retrying { Glibc.read(descriptor, base + done, buffer.count - done) }
            guard count >= 0 else { throw FileError(path: path, operation: "read") }
            if count == 0 { break }
            done += count
        }
        return done
    }

    /// The whole content from the current position, or nil when there are more than `limit` bytes.
    package func readAll(limit: Int) throws -> [UInt8]? {
        // Room for one byte more than expected, so that the read that fills the rest also sees the end.
        let expected = min(max(try status().size, 0), limit)
        let content = try [UInt8](unsafeUninitializedCapacity: expected + 1) { buffer, count in
            count = try read(
                into: UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[...expected])
            )
        }
        return content.count > expected ? nil : content
    }

    /// Brings a part into the page cache and waits for it; asks for as much behind it without waiting.
    package func prefetch(_ range: Range<Int>) {
        _ = zoo_readahead(descriptor, range.lowerBound, UInt(range.count))
        posix_fadvise(descriptor, off_t(range.upperBound), off_t(range.count), POSIX_FADV_WILLNEED)
    }

    /// Begins to bring a part to the disk, so that less is left for ``sync()``.
    package func beginWriting(_ range: Range<Int>) {
        _ = zoo_begin_writing(descriptor, range.lowerBound, range.count)
    }

    /// Fills the buffer from a position; throws if the file ends before.
    package func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws {
        guard let base = buffer.baseAddress else { return }
        var done = 0
        while done < buffer.count {
            let count = retrying { pread(descriptor, base + done, buffer.count - done, off_t(offset + done)) }
            guard count > 0 else {
                throw FileError(path: path, operation: "read", number: count == 0 ? ENODATA : errno)
            }
            done += count
        }
    }

    /// Writes every byte at the current position.
    package func write(_ bytes: UnsafeRawBufferPointer) throws {
        guard let base = bytes.baseAddress else { return }
        var done = 0
        while done < bytes.count {
            let count = retrying { Glibc.write(descriptor, base + done, bytes.count - done) }
            guard count >= 0 else { throw FileError(path: path, operation: "write") }
            done += count
        }
    }

    /// Writes every byte at the current position.
    package func write(_ bytes: [UInt8]) throws {
        try bytes.withUnsafeBytes { try write($0) }
    }

    /// Asks the system to begin writing bytes to the disk, so that ``sync()`` has less to wait for; a hint that may fail.
    package func beginWriteback(_ range: Range<Int>) {
        _ = zoo_begin_writeback(descriptor, off_t(range.lowerBound), off_t(range.count))
    }
}
