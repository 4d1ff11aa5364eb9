import CKernels
import Glibc
import ZooModel

/// One thread's part of one wanted column: turns cells into codes of its own dictionary, or into numbers.
final class ColumnEncoder {
    /// The cells of some rows of one column.
    struct Cells {
        let pointers: ScanBuffer<UnsafePointer<UInt8>?>
        let lengths: ScanBuffer<UInt32>
        let count: Int
    }

    let request: ColumnRequest
    /// Whether a cell can be wrong, so that its row is bad.
    var isFallible: Bool {
        switch request.kind {
        case .numeric, .timestamp: true
        case .categorical, .bag, .sequence, .text: false
        }
    }
    /// One element a row: a code, a number, or how many elements a list or text has.
    private(set) var rows = ScanBuffer<UInt8>()
    /// The codes of lists, or the bytes of texts.
    private(set) var elements = ScanBuffer<UInt8>()
    /// The values seen by this thread, and what they are in the table: a code, or -1 for missing.
    let local: OpaquePointer?
    let global = ScanBuffer<Int32>()

    private let dialect: Dialect
    private let timestamps: TimestampParser?
    private let separator: [UInt8]
    private let status = ScanBuffer<UInt8>()
    private let pieces = ScanBuffer<UnsafePointer<UInt8>?>()
    private let pieceLengths = ScanBuffer<UInt32>()
    private let merged = ScanBuffer<Int32>()
    /// Whether this thread's codes are the table's so far.
    private var isMerged = true
    /// The largest of the table's codes that this thread knows.
    private var largestCode: Int32 = 0

    init(_ request: ColumnRequest, dialect: Dialect) {
        self.request = request
        self.dialect = dialect
        if case .timestamp(let format) = request.kind { timestamps = TimestampParser(format) } else { timestamps = nil }
        switch request.kind {
        case .bag(let text), .sequence(let text): separator = Array(text.utf8)
        default: separator = []
        }
        switch request.kind {
        case .categorical, .bag, .sequence: local = zoo_dictionary_create()
        case .numeric, .text, .timestamp: local = nil
        }
    }

    deinit { if let local { zoo_dictionary_destroy(local) } }

    /// Forgets the rows encoded so far, and the values if there are too many to keep by the thread.
    func begin() {
        rows.count = 0
        elements.count = 0
        if let local, zoo_dictionary_count(local) > 1 << 19 || zoo_dictionary_byte_count(local) > 1 << 24 {
            zoo_dictionary_clear(local)
            global.count = 0
            isMerged = true
            largestCode = 0
        }
    }

    /// Forgets the rows encoded so far.
    func restart() {
        rows.count = 0
        elements.count = 0
    }

    /// Makes room for the elements of plain rows that `zoo_encode_plain` encodes; `nil` where it cannot.
    func plainColumn(_ column: Int, rows count: Int) -> zoo_plain_column? {
        switch request.kind {
        case .categorical:
            let codes = grow(rows, Int32.self, count)
            return zoo_plain_column(column: column, dictionary: local, codes: codes, numbers: nil, failures: 0)
        case .numeric where dialect.numericMarkers.isEmpty:
            let numbers = grow(rows, Float.self, count)
            return zoo_plain_column(column: column, dictionary: nil, codes: nil, numbers: numbers, failures: 0)
        case .numeric, .timestamp, .text, .bag, .sequence: return nil
        }
    }

    /// Encodes some cells; reports those that are wrong by their index.
    func append(_ cells: Cells, isJSON: Bool = false, report: (Int, RowProblem) -> Void) {
        switch request.kind {
        case .categorical:
            zoo_dictionary_encode(
                local,
                cells.pointers.base,
                cells.lengths.base,
                cells.count,
                grow(rows, Int32.self, cells.count)
            )
        case .numeric: appendNumbers(cells, isJSON, report)
        case .timestamp: appendTimes(cells, report)
        case .text: appendTexts(cells)
        case .bag, .sequence:
            for index in 0..<cells.count { appendList(cells.pointers.base[index], Int(cells.lengths.base[index])) }
        }
    }

    /// Adds uninitialised elements and returns where they are.
    private func grow<T>(_ buffer: ScanBuffer<UInt8>, _ type: T.Type, _ count: Int) -> UnsafeMutablePointer<T> {
        let start = buffer.count
        buffer.reserve(start + count * MemoryLayout<T>.stride)
        buffer.count = start + count * MemoryLayout<T>.stride
        return UnsafeMutableRawPointer(buffer.base + start).assumingMemoryBound(to: T.self)
    }

    private func appendNumbers(_ cells: Cells, _ isJSON: Bool, _ report: (Int, RowProblem) -> Void) {
        let values = grow(rows, Float.self, cells.count)
        status.reserve(cells.count)
        let failures = zoo_parse_floats(cells.pointers.base, cells.lengths.base, cells.count, values, status.base)
        guard failures > 0 || !dialect.numericMarkers.isEmpty else { return }
        for index in 0..<cells.count {
            guard let cell = cells.pointers.base[index] else { continue }
            let length = Int(cells.lengths.base[index])
            if Dialect.contains(dialect.markers, cell, length) {
                values[index] = .nan
            } else if Int32(status.base[index]) > 1 {
                if isJSON, let truth = ["true": 1, "false": 0][BadRow.excerpt(cell, length)] {
                    values[index] = Float(truth)
                    continue
                }
                let text = BadRow.excerpt(cell, length)
                report(
                    index,
                    status.base[index] == 3
                        ? .notFinite(column: request.column, text: text)
                        : .notANumber(column: request.column, text: text)
                )
            }
        }
    }

    private func appendTimes(_ cells: Cells, _ report: (Int, RowProblem) -> Void) {
        guard let timestamps else { return }
        let values = grow(rows, Double.self, cells.count)
        for index in 0..<cells.count {
            let cell = UnsafeBufferPointer(start: cells.pointers.base[index], count: Int(cells.lengths.base[index]))
            values[index] = .nan
            guard let base = cell.baseAddress, !dialect.isMissing(base, cell.count) else { continue }
            if let seconds = timestamps.seconds(cell) {
                values[index] = seconds
            } else {
                let text = BadRow.excerpt(base, cell.count)
                report(index, .notATimestamp(column: request.column, text: text, example: timestamps.example))
            }
        }
    }

    private func appendTexts(_ cells: Cells) {
        let lengths = grow(rows, Int32.self, cells.count)
        for index in 0..<cells.count {
            let length = Int(cells.lengths.base[index])
            guard let cell = cells.pointers.base[index], !dialect.isMissing(cell, length) else {
                lengths[index] = 0
                continue
            }
            lengths[index] = Int32(length)
            elements.append(from: cell, count: length)
        }
    }

    /// Encodes one cell as a list of the values between its separators.
    func appendList(_ cell: UnsafePointer<UInt8>?, _ length: Int) {
        beginList()
        if let cell, !dialect.isMissing(cell, length) {
            var start = 0
            while start <= length {
                let end = separatorPosition(cell, start, length)
                appendPiece(cell, start, end)
                start = end + max(1, separator.count)
            }
        }
        endList()
    }

    private func separatorPosition(_ cell: UnsafePointer<UInt8>, _ start: Int, _ length: Int) -> Int {
        guard let first = separator.first else { return length }
        var position = start
        while position < length, let found = memchr(cell + position, Int32(first), length - position) {
            position = UnsafeRawPointer(found) - UnsafeRawPointer(cell)
            guard position + separator.count <= length else { break }
            if memcmp(cell + position, separator, separator.count) == 0 { return position }
            position += 1
        }
        return length
    }

    private func appendPiece(_ cell: UnsafePointer<UInt8>, _ from: Int, _ upTo: Int) {
        var (start, end) = (from, upTo)
        while start < end, cell[start] == UInt8(ascii: " ") { start += 1 }
        while start < end, cell[end - 1] == UInt8(ascii: " ") { end -= 1 }
        appendElement(cell + start, end - start)
    }

    /// Adds a value to the list being collected, unless it is empty or means "missing".
    func appendElement(_ value: UnsafePointer<UInt8>, _ length: Int) {
        guard !dialect.isMissing(value, length) else { return }
        pieces.append(value)
        pieceLengths.append(UInt32(length))
    }

    /// Starts collecting a list.
    func beginList() {
        pieces.count = 0
        pieceLengths.count = 0
    }

    /// Encodes the list collected as one row.
    func endList() {
        grow(rows, Int32.self, 1).pointee = Int32(pieces.count)
        zoo_dictionary_encode(
            local,
            pieces.base,
            pieceLengths.base,
            pieces.count,
            grow(elements, Int32.self, pieces.count)
        )
    }
}

extension ColumnEncoder {
    /// Numbers the values that are new to this thread in the table's dictionary; to be called in the order of chunks.
    func merge(into table: OpaquePointer) {
        guard let local, let offsets = zoo_dictionary_offsets(local), let bytes = zoo_dictionary_bytes(local) else {
            return
        }
        let (known, count) = (global.count, zoo_dictionary_count(local))
        guard known < count else { return }
        pieces.count = 0
        pieceLengths.count = 0
        for code in known..<count {
            let (value, length) = (bytes + Int(offsets[code]), Int(offsets[code + 1] - offsets[code]))
            let isMissing = dialect.isMissing(value, length)
            global.append(isMissing ? TableColumn.missing : 0)
            if isMissing { continue }
            pieces.append(value)
            pieceLengths.append(UInt32(length))
        }
        merged.reserve(pieces.count)
        zoo_dictionary_encode(table, pieces.base, pieceLengths.base, pieces.count, merged.base)
        var next = 0
        for code in known..<count {
            if global.base[code] != TableColumn.missing {
                global.base[code] = merged.base[next]
                next += 1
            }
            if Int(global.base[code]) != code { isMerged = false }
            largestCode = max(largestCode, global.base[code])
        }
    }

    /// The bytes that the rows take in a block: codes are packed.
    var packedRowCount: Int {
        guard case .categorical = request.kind else { return rows.count }
        return rows.count / MemoryLayout<Int32>.stride * zoo_packed_width(largestCode)
    }

    /// Writes the rows as a block holds them, with the table's codes.
    func packRows(to target: UnsafeMutableRawPointer) {
        guard case .categorical = request.kind else {
            return target.copyMemory(from: rows.base, byteCount: rows.count)
        }
        let count = rows.count / MemoryLayout<Int32>.stride
        zoo_pack_codes(
            UnsafeRawPointer(rows.base).assumingMemoryBound(to: Int32.self),
            count,
            isMerged ? nil : UnsafePointer(global.base),
            zoo_packed_width(largestCode),
            target.assumingMemoryBound(to: UInt8.self)
        )
    }

    /// Writes the lists' or texts' elements, with the table's codes.
    func writeElements(to target: UnsafeMutableRawPointer) {
        target.copyMemory(from: elements.base, byteCount: elements.count)
        guard local != nil, !isMerged else { return }
        let count = elements.count / MemoryLayout<Int32>.stride
        zoo_remap_codes(target.assumingMemoryBound(to: Int32.self), count, global.base)
    }
}
