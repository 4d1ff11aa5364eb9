import Fuzzing
import ZooModel
import ZooTraining

/// Tables in every syntax, which the first byte picks; how a source is cut into chunks must not show.
@main struct Main {
    private static let formats: [TableFormat] = [
        .csv, .tsv, .jsonLines, TableFormat(separator: "::"), TableFormat(separator: ", ", missingMarkers: ["?", "-9"]),
        TableFormat(separator: ";", quote: nil, encoding: .latin1),
        TableFormat(separator: "|", hasHeader: false, names: ["a", "b", "c"], trimsSpaces: true),
        TableFormat(separator: " , ", quote: "'"),
    ]
    private static let requests = [
        ColumnRequest("a", as: .categorical), ColumnRequest("a", as: .text), ColumnRequest("a", as: .bag(separator: "|")),
        ColumnRequest("b", as: .numeric, isRequired: false), ColumnRequest("c", as: .sequence(separator: " "), isRequired: false),
        ColumnRequest("c", as: .timestamp(.iso8601), isRequired: false),
        ColumnRequest("d", as: .timestamp(.pattern("%d.%m.%y %H:%M:%S %z")), isRequired: false),
        ColumnRequest("e", as: .timestamp(.unixMilliseconds), isRequired: false),
    ]

    static func main() {
        Fuzzing.run { input in
            guard let options = input.first else { return }
            let bytes = Array(input.dropFirst())
            var reader = TableReader(format: formats[Int(options & 7)], columns: requests)
            reader.threads = 1
            reader.maxBadRows = options & 0x80 == 0 ? 0 : bytes.count
            let whole = outcome(reader, bytes)
            reader.chunkBytes = 1 + Int(options >> 3 & 15)
            precondition(outcome(reader, bytes) == whole)
        }
    }

    /// Everything that a table holds, or what is wrong with it.
    private static func outcome(_ reader: TableReader, _ bytes: [UInt8]) -> [String] {
        do {
            let table = try reader.read(bytes: bytes, name: "t")
            var result = ["\(table.rowCount) \(table.sourceColumns)"] + table.badRowExamples
            for row in 0..<table.rowCount {
                result.append("\(table.line(ofRow: row)): " + requests.map { cell(table[$0], row) }.joined(separator: "/"))
            }
            return result
        } catch {
            return ["\(error)"]
        }
    }

    private static func cell(_ column: TableColumn?, _ row: Int) -> String {
        switch column {
        case .categorical(let column): value(column.codes[row], column.dictionary)
        case .list(let column): column[row].map { value($0, column.dictionary) }.joined(separator: "+")
        case .text(let column): String(decoding: column[row], as: UTF8.self)
        case .numeric(let column): "\(column.values[row])"
        case .timestamp(let column): "\(column.seconds[row])"
        case nil: ""
        }
    }

    private static func value(_ code: Int32, _ dictionary: StringDictionary) -> String {
        code < 0 ? "-" : dictionary.string(Int(code))
    }
}
