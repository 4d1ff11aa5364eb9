import CKernels
import Glibc
import ZooModel

/// A record whose end was not found, so many lines behind the last one's.
struct EndlessRecord: Error {
    let problem: String
    let lines: Int

    /// The error for people; `line` is that on which the records before end.
    func error(_ name: String, line: Int) -> ZooTrainingError {
        ZooTrainingError(.badData, "\(name):\(line + lines): \(problem)")
    }
}

/// Cuts a source into chunks of whole records, one after the other; callers take turns.
final class RecordReader {
    /// A record longer than this is taken for a quote that was never closed.
    static let longestRecord = 64 << 20

    /// The columns' names, from the header or the format; empty for JSON Lines.
    private(set) var names: [String] = []
    /// The line of the first record after the header.
    private(set) var firstLine = 1
    private let source: any ByteSource
    private let name: String
    private let format: TableFormat
    private let dialect: Dialect
    private let chunkBytes: Int
    private let isSample: Bool
    private var carry: [UInt8] = []
    /// The lines of the header and what stands before it; nobody counts later ones before they are parsed.
    private var linesRead = 0
    private var nextIndex = 0
    private var isAtEnd = false
    private var isStarted = false

    /// A reader; of a sample what is left of a record at its end is dropped.
    init(
        _ source: any ByteSource,
        name: String,
        format: TableFormat,
        dialect: Dialect,
        chunkBytes: Int,
        isSample: Bool
    ) throws {
        self.source = source
        self.name = name
        self.format = format
        self.dialect = dialect
        self.chunkBytes = max(1, chunkBytes)
        self.isSample = isSample
        names = format.names
        if format.syntax == .separated, format.hasHeader {
            do { try readHeader() } catch let endless as EndlessRecord {
                throw endless.error(name, line: 1 + linesRead)
            }
        }
        firstLine = 1 + linesRead
    }

    /// Fills a chunk with the next records; false at the end.
    func next(_ chunk: Chunk) throws -> Bool {
        chunk.index = nextIndex
        nextIndex += 1
        let end = try fill(chunk, wanted: chunkBytes) { [self] limit in try recordsEnd(chunk, limit) }
        guard let end else { return false }
        chunk.end = end
        return true
    }

    /// Reads until `recordsEnd` finds the end of a record, keeps what follows it for later, and returns that end.
    private func fill(_ chunk: Chunk, wanted: Int, recordsEnd: (Int) throws -> Int?) throws -> Int? {
        chunk.scan = nil
        chunk.bytes.count = 0
        chunk.bytes.reserve(Chunk.start + max(wanted, carry.count))
        chunk.bytes.count = Chunk.start
        carry.withUnsafeBufferPointer {
            if let base = $0.baseAddress { chunk.bytes.append(from: base, count: $0.count) }
        }
        carry.removeAll(keepingCapacity: true)
        var wanted = isStarted ? wanted : max(3, wanted)
        while true {
            while !isAtEnd, chunk.bytes.count - Chunk.start < wanted { try append(to: chunk.bytes, upTo: wanted) }
            if !isStarted { try dropByteOrderMark(chunk.bytes) }
            if chunk.bytes.count == Chunk.start { return nil }
            if isAtEnd, chunk.bytes.base[chunk.bytes.count - 1] != UInt8(ascii: "\n") {
                chunk.bytes.append(UInt8(ascii: "\n"))
            }
            let limit = chunk.bytes.count
            if let end = try recordsEnd(limit) {
                carry.append(contentsOf: UnsafeBufferPointer(start: chunk.bytes.base + end, count: limit - end))
                return end
            }
            if isAtEnd, isSample { return nil }
            guard !isAtEnd, limit < Self.longestRecord else { throw openQuote(chunk) }
            wanted = 2 * max(wanted, limit - Chunk.start)
        }
    }

    /// The end of the last whole record before a limit.
    private func recordsEnd(_ chunk: Chunk, _ limit: Int) throws -> Int? {
        let text = chunk.bytes.base + Chunk.start
        let quote = dialect.value.quote
        if quote < 0 || memchr(text, quote, limit - Chunk.start) == nil {
            let end = zoo_last_line_end(text, limit - Chunk.start)
            return end == 0 ? nil : Chunk.start + end
        }
        var found = chunk.scanFields(dialect, upTo: limit)
        let ends = chunk.terminators.base + 1
        while found.count > 0, chunk.bytes.base[Int(ends[found.count - 1])] != UInt8(ascii: "\n") { found.count -= 1 }
        guard found.count > 0 else { return nil }
        chunk.scan = found
        return Int(ends[found.count - 1]) + 1
    }

    private func openQuote(_ chunk: Chunk) -> EndlessRecord {
        let found = chunk.scanFields(dialect, upTo: chunk.bytes.count)
        let position = found.is_open != 0 ? Int(found.open_position) : Chunk.start
        let problem =
            found.is_open != 0
            ? "a quoted field opens here and is never closed; close or double the quote, or set 'quote: none' in the schema"
            : "this record is longer than \(Self.longestRecord >> 20) MiB; check the file's format"
        let lines = zoo_count_newlines(chunk.bytes.base + Chunk.start, position - Chunk.start)
        return EndlessRecord(problem: problem, lines: lines)
    }

    /// Adds bytes of the source, as UTF-8.
    private func append(to buffer: ScanBuffer<UInt8>, upTo wanted: Int) throws {
        let room = wanted - (buffer.count - Chunk.start)
        let isLatin1 = format.encoding == .latin1
        buffer.reserve(buffer.count + (isLatin1 ? 3 * room : room))
        let start = buffer.count
        // Latin-1 grows: it is read behind the place where its UTF-8 goes.
        let target = buffer.base + start + (isLatin1 ? 2 * room : 0)
        var count = try source.read(into: UnsafeMutableRawBufferPointer(start: target, count: room))
        if count == 0 {
            isAtEnd = true
            return
        }
        if isLatin1 { count = zoo_latin1_to_utf8(target, count, buffer.base + start) }
        buffer.count += count
    }

    private func dropByteOrderMark(_ buffer: ScanBuffer<UInt8>) throws {
        isStarted = true
        guard buffer.count - Chunk.start >= 3 else { return }
        let lead = buffer.base + Chunk.start
        if (lead[0] == 0xff && lead[1] == 0xfe) || (lead[0] == 0xfe && lead[1] == 0xff) {
            throw ZooTrainingError(.badData, "\(name):1: the file is UTF-16; convert it to UTF-8")
        }
        guard lead[0] == 0xef, lead[1] == 0xbb, lead[2] == 0xbf else { return }
        lead.update(from: lead + 3, count: buffer.count - Chunk.start - 3)
        buffer.count -= 3
    }
}

extension RecordReader {
    /// Takes the first record that is not blank for the columns' names.
    private func readHeader() throws {
        let chunk = Chunk()
        while true {
            var fields = 0
            let end = try fill(chunk, wanted: min(1 << 12, chunkBytes)) { [self] limit in
                let found = chunk.scanFields(dialect, upTo: limit)
                let ends = chunk.terminators.base + 1
                guard
                    let last = (0..<found.count).first(where: { chunk.bytes.base[Int(ends[$0])] == UInt8(ascii: "\n") })
                else { return nil }
                fields = last + 1
                return Int(ends[last]) + 1
            }
            if let end { linesRead += zoo_count_newlines(chunk.bytes.base + Chunk.start, end - Chunk.start) }
            guard let end else {
                throw ZooTrainingError(
                    .badData,
                    "\(name): the file is empty; expected a header with the columns' names"
                )
            }
            let text = UnsafeBufferPointer(start: chunk.bytes.base + Chunk.start, count: end - Chunk.start)
            if text.allSatisfy({ $0 <= 32 && $0 != dialect.value.separator[0] }) { continue }
            let valid = zoo_text_prefix(text.baseAddress, text.count)
            guard valid == text.count else {
                let problem = RowProblem.invalidText(byte: text[valid])
                throw ZooTrainingError(.badData, "\(name):\(linesRead): \(problem.message)")
            }
            if let first = text.firstIndex(of: UInt8(ascii: "\r")), first + 2 < text.count, fields > 1,
                text[first + 1] != UInt8(ascii: "\n"), text[first + 1] != UInt8(ascii: "\r"),
                linesRead == 1
            {
                throw ZooTrainingError(
                    .badData,
                    "\(name):1: lines end with a carriage return alone; write newlines, as `tr '\\r' '\\n'` does"
                )
            }
            names = headerNames(chunk, fields)
            return try refuseDuplicates()
        }
    }

    private func headerNames(_ chunk: Chunk, _ fields: Int) -> [String] {
        let scratch = ScanBuffer<UInt8>(capacity: chunk.bytes.count)
        return (0..<fields).map { column in
            var row: UInt32 = 0
            var cell: UnsafePointer<UInt8>?
            var length: UInt32 = 0
            _ = withUnsafePointer(to: dialect.value) {
                zoo_column_cells(
                    chunk.bytes.base,
                    $0,
                    chunk.terminators.base + 1,
                    &row,
                    1,
                    column,
                    fields,
                    &cell,
                    &length,
                    scratch.base
                )
            }
            return String(decoding: UnsafeBufferPointer(start: cell, count: Int(length)), as: UTF8.self)
        }
    }

    private func refuseDuplicates() throws {
        var places: [String: Int] = [:]
        for (index, column) in names.enumerated() where !column.isEmpty {
            if let other = places.updateValue(index, forKey: column) {
                throw ZooTrainingError(
                    .badData,
                    "\(name):\(linesRead): columns \(other + 1) and \(index + 1) are both named '\(column)'; rename one"
                )
            }
        }
    }
}
