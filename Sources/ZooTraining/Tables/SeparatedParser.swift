import CKernels
import Glibc

/// Turns chunks of separated fields into columns.
final class SeparatedParser: RowParser {
    let encoders: [ColumnEncoder]
    let keys: KeyDictionary? = nil
    private let dialect: Dialect
    private let fields: Int
    /// The source's column of each encoder.
    private let columns: [Int]
    private let rows = ScanBuffer<UInt32>()
    private let badRows = ScanBuffer<UInt32>()
    private let badFields = ScanBuffer<UInt32>()
    private let scratch = ScanBuffer<UInt8>()
    private let pointers = ScanBuffer<UnsafePointer<UInt8>?>(capacity: SeparatedParser.batch)
    private let lengths = ScanBuffer<UInt32>(capacity: SeparatedParser.batch)

    /// Columns are encoded for so many rows at a time, whose text stays in the processor's cache meanwhile.
    private static let batch = 256

    init(fields: Int, columns: [(column: Int, encoder: ColumnEncoder)], dialect: Dialect) {
        self.fields = fields
        self.columns = columns.map(\.column)
        encoders = columns.map(\.encoder)
        self.dialect = dialect
    }

    func parse(_ chunk: Chunk) -> ParsedRows {
        var parsed = ParsedRows()
        splitRows(chunk, &parsed)
        dropStrayQuotes(chunk, &parsed)
        dropInvalidText(chunk, &parsed)
        for encoder in encoders { encoder.begin() }
        dropInvalidCells(chunk, &parsed)
        encode(chunk, fallible: false) { _, _ in }
        parsed.rowCount = rows.count
        parsed.badRows.sort { $0.offset < $1.offset }
        addLines(chunk, &parsed)
        return parsed
    }

    private func splitRows(_ chunk: Chunk, _ parsed: inout ParsedRows) {
        let found = chunk.scanFields(dialect)
        rows.reserve(found.newlines)
        badRows.reserve(found.newlines)
        badFields.reserve(found.newlines)
        let split = withUnsafePointer(to: dialect.value) {
            zoo_split_rows(
                chunk.bytes.base,
                $0,
                chunk.terminators.base + 1,
                found.count,
                found.newlines,
                fields,
                rows.base,
                badRows.base,
                badFields.base,
                found.newlines
            )
        }
        rows.count = split.rows
        for index in 0..<split.bad_rows {
            let problem = RowProblem.fieldCount(expected: fields, found: Int(badFields.base[index]))
            parsed.badRows.append(BadRow(offset: offset(chunk, badRows.base[index]), problem: problem))
        }
    }

    /// Where a row starts in its chunk.
    private func offset(_ chunk: Chunk, _ row: UInt32) -> Int { Int(chunk.terminators.base[Int(row)]) + 1 }

    /// Drops rows of which a quoted field spans lines and does not end at its closing quote: a quote that just stands in
    /// a text has then swallowed the rows up to the next one.
    private func dropStrayQuotes(_ chunk: Chunk, _ parsed: inout ParsedRows) {
        let found = chunk.scanFields(dialect)
        guard found.has_quotes != 0, found.newlines < chunk.newlines else { return }
        let newline = UInt8(ascii: "\n")
        var dropped: Set<Int> = []
        for index in 0..<rows.count {
            let start = offset(chunk, rows.base[index])
            guard memchr(chunk.bytes.base + start, Int32(newline), end(chunk, index) - start) != nil else { continue }
            let hasStray = (0..<fields).contains { field in
                var cell = self.cell(chunk, index, field)[...]
                while let last = cell.last, last == 0x20 || last == 0x0d { cell.removeLast() }
                guard let quote = cell.first, Int32(quote) == dialect.value.quote else { return false }
                // Doubled quotes open the field again: it is closed for good by the first one that is not.
                var (position, isOpen) = (cell.startIndex, false)
                repeat {
                    if cell[position] == quote { isOpen.toggle() } else if !isOpen { break }
                    position += 1
                } while position < cell.endIndex
                return position < cell.endIndex && cell[..<position].contains(newline)
            }
            guard hasStray else { continue }
            dropped.insert(index)
            parsed.badRows.append(BadRow(offset: start, problem: .strayQuote))
        }
        drop(dropped)
    }

    /// The bytes of a good row's field, quotes and all, without the blanks before it that do not count.
    private func cell(_ chunk: Chunk, _ index: Int, _ field: Int) -> UnsafeBufferPointer<UInt8> {
        let terminator = Int(rows.base[index]) + field
        let gap = field == 0 ? 1 : Int(dialect.value.separator_length)
        var start = Int(chunk.terminators.base[terminator]) + gap
        let end = Int(chunk.terminators.base[terminator + 1])
        while dialect.value.trims != 0, start < end, [0x20, 0x09].contains(chunk.bytes.base[start]) { start += 1 }
        return UnsafeBufferPointer(start: chunk.bytes.base + start, count: end - start)
    }

    private func dropInvalidText(_ chunk: Chunk, _ parsed: inout ParsedRows) {
        if chunk.scanFields(dialect).is_ascii != 0 { return }
        var position = Chunk.start
        var dropped: Set<Int> = []
        while true {
            position += zoo_text_prefix(chunk.bytes.base + position, chunk.end - position)
            guard position < chunk.end else { break }
            var (low, high) = (0, rows.count)
            while low < high {
                let middle = (low + high) / 2
                if offset(chunk, rows.base[middle]) <= position { low = middle + 1 } else { high = middle }
            }
            // Invalid text may stand in a row that is not among the good ones any more.
            if low > 0, end(chunk, low - 1) > position, dropped.insert(low - 1).inserted {
                let problem = RowProblem.invalidText(byte: chunk.bytes.base[position])
                parsed.badRows.append(BadRow(offset: offset(chunk, rows.base[low - 1]), problem: problem))
            }
            guard low < rows.count else { break }
            position = offset(chunk, rows.base[low])
        }
        drop(dropped)
    }

    /// The end of a good row in its chunk.
    private func end(_ chunk: Chunk, _ index: Int) -> Int {
        Int(chunk.terminators.base[Int(rows.base[index]) + fields])
    }

    private func drop(_ dropped: Set<Int>) {
        guard !dropped.isEmpty else { return }
        var kept = 0
        for index in 0..<rows.count where !dropped.contains(index) {
            rows.base[kept] = rows.base[index]
            kept += 1
        }
        rows.count = kept
    }

    private func dropInvalidCells(_ chunk: Chunk, _ parsed: inout ParsedRows) {
        var problems: [Int: RowProblem] = [:]
        encode(chunk, fallible: true) { row, problem in
            if problems[row] == nil { problems[row] = problem }
        }
        guard !problems.isEmpty else { return }
        for (row, problem) in problems {
            parsed.badRows.append(BadRow(offset: offset(chunk, rows.base[row]), problem: problem))
        }
        drop(Set(problems.keys))
        for encoder in encoders { encoder.restart() }
        encode(chunk, fallible: true) { _, _ in }
    }

    private func encode(_ chunk: Chunk, fallible: Bool, report: (Int, RowProblem) -> Void) {
        let wanted = encoders.indices.filter { encoders[$0].isFallible == fallible }
        let isPlain = chunk.scanFields(dialect).has_quotes == 0 && dialect.value.trims == 0
        let left = isPlain ? encodePlain(chunk, wanted) : wanted
        if !left.isEmpty { encodeCells(chunk, left, report) }
    }

    /// Encodes those columns of a chunk without quotes that it can, all rows at once; returns the others.
    private func encodePlain(_ chunk: Chunk, _ wanted: [Int]) -> [Int] {
        var encoded: [Int] = []
        var tasks: [zoo_plain_column] = []
        for index in wanted {
            guard let task = encoders[index].plainColumn(columns[index], rows: rows.count) else { continue }
            encoded.append(index)
            tasks.append(task)
        }
        var plain = zoo_plain_rows(
            bytes: chunk.bytes.base,
            terminators: chunk.terminators.base + 1,
            rows: rows.base,
            count: rows.count,
            fields: fields,
            separator_length: dialect.value.separator_length
        )
        zoo_encode_plain(&plain, &tasks, tasks.count)
        // What is wrong with cells that are no numbers is found by looking at each.
        let failed = zip(encoded, tasks).filter { $1.failures > 0 }.map(\.0)
        for index in failed { encoders[index].restart() }
        return wanted.filter { !encoded.contains($0) || failed.contains($0) }
    }

    private func encodeCells(_ chunk: Chunk, _ wanted: [Int], _ report: (Int, RowProblem) -> Void) {
        scratch.reserve(chunk.bytes.count)
        for start in stride(from: 0, to: rows.count, by: Self.batch) {
            let count = min(Self.batch, rows.count - start)
            let cells = ColumnEncoder.Cells(pointers: pointers, lengths: lengths, count: count)
            var known = -1
            for index in wanted {
                let column = columns[index]
                if column != known {
                    _ = withUnsafePointer(to: dialect.value) {
                        zoo_column_cells(
                            chunk.bytes.base,
                            $0,
                            chunk.terminators.base + 1,
                            rows.base + start,
                            count,
                            column,
                            fields,
                            pointers.base,
                            lengths.base,
                            scratch.base
                        )
                    }
                    known = column
                }
                encoders[index].append(cells) { report(start + $0, $1) }
            }
        }
    }

    private func addLines(_ chunk: Chunk, _ parsed: inout ParsedRows) {
        if rows.count == chunk.newlines {
            parsed.lines.append(line: 0, rows: rows.count)
            return
        }
        var line = 0
        var position = Chunk.start
        for index in 0..<rows.count {
            let start = offset(chunk, rows.base[index])
            line += zoo_count_newlines(chunk.bytes.base + position, start - position)
            position = start
            parsed.lines.append(line: line)
        }
    }
}
