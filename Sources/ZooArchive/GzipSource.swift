import CZlib
import ZooFiles

/// A gzip file's content, with the checksum and length of every member checked.
///
/// libarchive 3.6 reads gzip but skips over each member's trailer, so that damage can pass for data: hence zlib.
final class GzipSource: RawSource {
    private let file: OpenFile
    private let input: UnsafeMutableRawBufferPointer
    // zlib keeps a pointer to the stream: it must not move.
    private let stream: UnsafeMutablePointer<z_stream>
    private var isInputAtEnd = false
    private var isInsideMember = true
    private(set) var fileBytesRead = 0

    init(_ file: consuming OpenFile) throws {
        let path = file.path
        self.file = file
        input = .allocate(byteCount: RawStream.blockSize, alignment: 64)
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        guard zoo_inflate_init_gzip(stream) == Z_OK else {
            throw ArchiveError(.internalFailure, "\(path): zlib has no memory")
        }
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
        input.deallocate()
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        // zlib counts in 32 bits.
        let room = min(buffer.count, Int(UInt32.max))
        stream.pointee.next_out = buffer.baseAddress?.assumingMemoryBound(to: UInt8.self)
        stream.pointee.avail_out = UInt32(room)
        while stream.pointee.avail_out > 0 {
            if stream.pointee.avail_in == 0 { try refill() }
            if !isInsideMember {
                guard try beginNextMember() else { break }
            }
            if stream.pointee.avail_in == 0 {
                throw ArchiveError(.truncated, "\(file.path): truncated compressed file: the gzip stream has no end")
            }
            switch inflate(stream, Z_NO_FLUSH) {
            case Z_OK, Z_BUF_ERROR: break
            case Z_STREAM_END: isInsideMember = false
            default:
                let detail = stream.pointee.msg.map { String(cString: $0) } ?? "invalid data"
                throw ArchiveError(.corrupt, "\(file.path): corrupt compressed file: gzip: \(detail)")
            }
        }
        return room - Int(stream.pointee.avail_out)
    }

    private func refill() throws {
        guard !isInputAtEnd else { return }
        let count = try file.read(into: input)
        isInputAtEnd = count < input.count
        fileBytesRead += count
        stream.pointee.next_in = input.baseAddress?.assumingMemoryBound(to: UInt8.self)
        stream.pointee.avail_in = UInt32(count)
    }

    /// Another member may follow; zero bytes may too, as tapes leave them. Anything else is damage.
    private func beginNextMember() throws -> Bool {
        while true {
            while stream.pointee.avail_in > 0, stream.pointee.next_in.pointee == 0 {
                stream.pointee.next_in += 1
                stream.pointee.avail_in -= 1
            }
            if stream.pointee.avail_in > 0 { break }
            if isInputAtEnd { return false }
            try refill()
        }
        guard stream.pointee.next_in.pointee == 0x1f else {
            throw ArchiveError(
                .corrupt,
                "\(file.path): corrupt compressed file: bytes after the end of the gzip stream"
            )
        }
        guard inflateReset(stream) == Z_OK else { throw ArchiveError(.internalFailure, "\(file.path): zlib failed") }
        isInsideMember = true
        return true
    }
}
