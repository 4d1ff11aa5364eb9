import ZooArchive
public import ZooModel

/// A look into a data file: its layout, its columns, and a schema that would read it.
public struct DataInspection: Sendable {
    /// How much of a file is read, decompressed.
    public static let sampleBytes = 64 << 20

    /// The file.
    public let path: String
    /// Rows that were looked at.
    public let rows: Int
    /// Rows that could not be read.
    public let badRows: Int
    /// Whether the file goes on behind them.
    public let isSampled: Bool
    /// Its columns, in the file's order.
    public let columns: [ColumnProfile]
    /// The schema given, or a proposal.
    public let schema: Schema

    /// Looks into a file, with the layout and roles that a schema says, or else guessing them.
    ///
    /// - Throws: `ZooTrainingError` where the file is no table, or lacks a column of the schema.
    public init(_ path: String, schema given: Schema? = nil) throws {
        let (bytes, isSampled) = try Self.sample(path)
        guard !bytes.prefix(1 << 16).contains(0) else {
            throw ZooTrainingError(.badData, "\(path): not a table of text: it has bytes of value 0")
        }
        if given == nil, Array(bytes.lazy.filter { $0 > 0x20 }.prefix(2)) == Array("[{".utf8) {
            throw ZooTrainingError(
                .badData,
                "\(path): an array of JSON is no table: make a line of each object, as `jq -c '.[]'` does"
            )
        }
        var format = given?.source.resolved(forPath: path) ?? FormatSniffer.sniff(Self.head(of: bytes))
        var reader = TableReader(format: format, columns: [])
        reader.maxBadRows = isSampled || given == nil ? bytes.count : 0
        reader.isSample = isSampled
        if given == nil, Self.readsBetterWithoutQuotes(reader, bytes) { format.quote = nil }
        reader.format = format
        let names = try reader.read(bytes: bytes, name: path).sourceColumns
        let shapes = format.syntax == .jsonLines ? JSONShapes(bytes) : JSONShapes()
        let requests = names.map { Self.request($0, shapes) }
        reader.columns = requests.filter { !shapes.nested.contains($0.column) }
        let table = try reader.read(bytes: bytes, name: path)
        let values = requests.map { ColumnValues(name: $0.column, column: table[$0], rows: table.rowCount) }
        let guesses = values.enumerated().map { index, column in
            ColumnGuess(column, isLast: index == values.count - 1, columns: values.count)
        }
        if given == nil { format.missingMarkers = Array(Set(values.flatMap(\.foundMarkers))).sorted() }
        let schema = given ?? SchemaProposal.schema(format, Array(zip(values, guesses)))
        self.path = path
        self.isSampled = isSampled
        rows = table.rowCount
        badRows = table.badRowCount
        self.schema = schema
        columns = values.map { SchemaProposal.profile($0, in: schema) }
        if given != nil { try Self.requireColumns(of: schema, among: names, path) }
    }

    /// Whether quotes, in a file that nobody has described, just stand in its texts: taken for more they cost rows.
    private static func readsBetterWithoutQuotes(_ reader: TableReader, _ bytes: [UInt8]) -> Bool {
        guard reader.format.syntax == .separated, reader.format.quote != nil else { return false }
        if let quoted = try? reader.read(bytes: bytes, name: ""), quoted.badRowCount == 0 { return false }
        var plain = reader
        plain.format.quote = nil
        return (try? plain.read(bytes: bytes, name: ""))?.badRowCount == 0
    }

    /// A column is looked at as values, or as lists of values that no separator cuts.
    private static func request(_ name: String, _ shapes: JSONShapes) -> ColumnRequest {
        ColumnRequest(name, as: shapes.lists.contains(name) ? .bag(separator: "\u{1f}") : .categorical)
    }

    private static func requireColumns(of schema: Schema, among names: [String], _ path: String) throws {
        for request in schema.columnRequests(labels: .optional)
        where request.isRequired && !names.contains(request.column) {
            let clause = Suggestion.clause(for: request.column, among: names)
            throw ZooTrainingError(.badData, "\(path): the schema's column '\(request.column)' is not there\(clause)")
        }
    }

    /// The file's first bytes, whole lines if it goes on.
    private static func sample(_ path: String) throws -> (bytes: [UInt8], isSampled: Bool) {
        let stream = try RawStream(path: path)
        var bytes = [UInt8](repeating: 0, count: min(sampleBytes, max(1 << 20, stream.fileSize * 2)))
        var count = 0
        while true {
            if count == bytes.count {
                guard bytes.count < sampleBytes else { return (Array(lines(bytes[...])), true) }
                bytes.append(contentsOf: repeatElement(0, count: min(bytes.count, sampleBytes - bytes.count)))
            }
            let read = try bytes.withUnsafeMutableBytes { buffer in
                try stream.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[count...]))
            }
            if read == 0 { break }
            count += read
        }
        bytes.removeLast(bytes.count - count)
        return (bytes, false)
    }

    /// The first lines: as many as a guess needs, at least two, however long they are.
    private static func head(of bytes: [UInt8]) -> ArraySlice<UInt8> {
        var count = min(bytes.count, 1 << 18)
        while count < min(bytes.count, 1 << 21), bytes.prefix(count).count(where: { $0 == 0x0a }) < 2 {
            count = min(bytes.count, count * 2)
        }
        return lines(bytes.prefix(count))
    }

    /// Bytes up to the last line break, or all where there is none.
    private static func lines(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        bytes.lastIndex(of: 0x0a).map { bytes[...$0] } ?? bytes
    }
}
