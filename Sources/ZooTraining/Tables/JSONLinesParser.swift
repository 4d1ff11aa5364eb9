import CKernels
import Glibc
import ZooModel

/// Turns chunks of JSON objects, one a line, into columns.
final class JSONLinesParser: RowParser {
    /// One wanted key's values in the rows of a chunk.
    private final class Field {
        let name: String
        let isList: Bool
        let pointers = ScanBuffer<UnsafePointer<UInt8>?>()
        let lengths = ScanBuffer<UInt32>()
        let isArray = ScanBuffer<Bool>()

        init(name: String, isList: Bool) {
            self.name = name
            self.isList = isList
        }

        func append(_ start: UnsafePointer<UInt8>?, _ length: Int, isArray array: Bool) {
            pointers.append(start)
            lengths.append(UInt32(length))
            isArray.append(array)
        }

        func truncate(_ count: Int) {
            pointers.count = count
            lengths.count = count
            isArray.count = count
        }

        func move(_ from: Int, to: Int) {
            pointers.base[to] = pointers.base[from]
            lengths.base[to] = lengths.base[from]
            isArray.base[to] = isArray.base[from]
        }
    }

    let encoders: [ColumnEncoder]
    let keys: KeyDictionary?
    private let known: KeyDictionary
    private let fields: [Field]
    private let scratch = ScanBuffer<UInt8>()
    private let nothing = ScanBuffer<UInt8>()
    private var starts: [Int] = []
    private var lines: [Int] = []

    init(encoders: [ColumnEncoder]) {
        self.encoders = encoders
        fields = encoders.map { encoder in
            switch encoder.request.kind {
            case .bag, .sequence: Field(name: encoder.request.column, isList: true)
            case .categorical, .numeric, .text, .timestamp: Field(name: encoder.request.column, isList: false)
            }
        }
        // A column wanted twice is found under its first request.
        let wanted = Dictionary(
            encoders.enumerated().map { ($1.request.column, $0) },
            uniquingKeysWith: { first, _ in first }
        )
        known = KeyDictionary(wanted: wanted)
        keys = known
    }

    func parse(_ chunk: Chunk) -> ParsedRows {
        var parsed = ParsedRows()
        // Unescaped text is never longer than the escaped; arrays are unescaped a second time.
        scratch.count = 0
        scratch.reserve(2 * chunk.bytes.count)
        starts.removeAll(keepingCapacity: true)
        lines.removeAll(keepingCapacity: true)
        for field in fields { field.truncate(0) }
        for encoder in encoders { encoder.begin() }
        readLines(chunk, &parsed)
        dropInvalidCells(&parsed)
        encode(fallible: false) { _, _ in }
        parsed.rowCount = starts.count
        parsed.badRows.sort { $0.offset < $1.offset }
        for line in lines { parsed.lines.append(line: line) }
        return parsed
    }

    private func readLines(_ chunk: Chunk, _ parsed: inout ParsedRows) {
        let isValid = zoo_text_prefix(chunk.bytes.base + Chunk.start, chunk.count) == chunk.count
        var position = Chunk.start
        var line = 0
        while position < chunk.end, let newline = memchr(chunk.bytes.base + position, 10, chunk.end - position) {
            let text = UnsafePointer(chunk.bytes.base + position)
            let end = UnsafePointer(newline.assumingMemoryBound(to: UInt8.self))
            let valid = isValid ? end - text : zoo_text_prefix(text, end - text)
            if valid < end - text {
                parsed.badRows.append(BadRow(offset: position, problem: .invalidText(byte: text[valid])))
            } else {
                readLine(JSONScanner(text, end: end, scratch: scratch), position, line, &parsed)
            }
            position += end - text + 1
            line += 1
        }
    }

    private func readLine(_ scanner: JSONScanner, _ position: Int, _ line: Int, _ parsed: inout ParsedRows) {
        var scanner = scanner
        scanner.skipSpaces()
        if scanner.next[0] == UInt8(ascii: "\n") { return }
        let row = starts.count
        for field in fields { field.append(UnsafePointer(nothing.base), 0, isArray: false) }
        if let problem = readObject(&scanner, row) {
            for field in fields { field.truncate(row) }
            parsed.badRows.append(BadRow(offset: position, problem: problem))
            return
        }
        starts.append(position)
        lines.append(line)
    }

    private func readObject(_ scanner: inout JSONScanner, _ row: Int) -> RowProblem? {
        guard scanner.skip(UInt8(ascii: "{")) else {
            let isArray = scanner.next[0] == UInt8(ascii: "[")
            return .invalidJSON(
                "it does not start with '{'" + (isArray ? "; of an array make a line each, as `jq -c '.[]'` does" : "")
            )
        }
        if !scanner.skip(UInt8(ascii: "}")) {
            repeat {
                guard scanner.readKey() else { return .invalidJSON(scanner.problem) }
                let column = known.column(scanner.start, scanner.length)
                guard let value = scanner.readValue() else { return .invalidJSON(scanner.problem) }
                if let column, let problem = store(value, scanner, column, row) { return problem }
            } while scanner.skip(UInt8(ascii: ","))
            guard scanner.skip(UInt8(ascii: "}")) else { return .invalidJSON("a comma or '}' is missing") }
        }
        scanner.skipSpaces()
        return scanner.next[0] == UInt8(ascii: "\n") ? nil : .invalidJSON("text follows the object")
    }

    /// Keeps a value in every field that wants it.
    private func store(_ value: JSONScanner.Value, _ scanner: JSONScanner, _ column: Int, _ row: Int) -> RowProblem? {
        let name = fields[column].name
        for field in fields[column...] where field.name == name {
            if field.lengths.base[row] > 0 || field.isArray.base[row] {
                return .invalidJSON("the key '\(name)' appears twice")
            }
            switch value {
            case .null: break
            case .object: return .wrongJSONType(column: name, found: "an object")
            case .array:
                guard field.isList else { return .wrongJSONType(column: name, found: "an array") }
                let mark = scratch.count
                var elements = JSONScanner(scanner.start, end: scanner.next, scratch: scratch)
                guard read(&elements, each: { _, _ in }) else {
                    return .wrongJSONType(column: name, found: "nested arrays or objects")
                }
                scratch.count = mark
                field.pointers.base[row] = scanner.start
                field.lengths.base[row] = UInt32(scanner.length)
                field.isArray.base[row] = true
            case .string, .number, .boolean:
                field.pointers.base[row] = scanner.start
                field.lengths.base[row] = UInt32(scanner.length)
            }
        }
        return nil
    }

    /// Reads an array that was found valid; false if it holds more than strings, numbers, booleans and nulls.
    private func read(_ scanner: inout JSONScanner, each: (UnsafePointer<UInt8>, Int) -> Void) -> Bool {
        guard scanner.skip(UInt8(ascii: "[")) else { return false }
        if scanner.skip(UInt8(ascii: "]")) { return true }
        repeat {
            switch scanner.readValue() {
            case .string, .number, .boolean: each(scanner.start, scanner.length)
            case .null: break
            case .array, .object, nil: return false
            }
        } while scanner.skip(UInt8(ascii: ","))
        return true
    }

    private func dropInvalidCells(_ parsed: inout ParsedRows) {
        var problems: [Int: RowProblem] = [:]
        encode(fallible: true) { row, problem in
            if problems[row] == nil { problems[row] = problem }
        }
        guard !problems.isEmpty else { return }
        var kept = 0
        for row in 0..<starts.count {
            if let problem = problems[row] {
                parsed.badRows.append(BadRow(offset: starts[row], problem: problem))
                continue
            }
            for field in fields { field.move(row, to: kept) }
            starts[kept] = starts[row]
            lines[kept] = lines[row]
            kept += 1
        }
        for field in fields { field.truncate(kept) }
        starts.removeLast(starts.count - kept)
        lines.removeLast(lines.count - kept)
        for encoder in encoders { encoder.restart() }
        encode(fallible: true) { _, _ in }
    }

    private func encode(fallible: Bool, report: (Int, RowProblem) -> Void) {
        for (field, encoder) in zip(fields, encoders) where encoder.isFallible == fallible {
            if field.isList {
                encodeLists(field, encoder)
            } else {
                let cells = ColumnEncoder.Cells(pointers: field.pointers, lengths: field.lengths, count: starts.count)
                encoder.append(cells, isJSON: true, report: report)
            }
        }
    }

    private func encodeLists(_ field: Field, _ encoder: ColumnEncoder) {
        for row in 0..<starts.count {
            let length = Int(field.lengths.base[row])
            guard field.isArray.base[row], let start = field.pointers.base[row] else {
                encoder.appendList(field.pointers.base[row], length)
                continue
            }
            let mark = scratch.count
            encoder.beginList()
            var scanner = JSONScanner(start, end: start + length, scratch: scratch)
            _ = read(&scanner) { encoder.appendElement($0, $1) }
            encoder.endList()
            scratch.count = mark
        }
    }
}
