/// Turns chunks into columns; one a thread.
protocol RowParser: AnyObject {
    /// The columns being made, each with its values so far.
    var encoders: [ColumnEncoder] { get }
    /// Names of columns that this thread has met, where the source does not name them all at its start.
    var keys: KeyDictionary? { get }
    /// Encodes all rows of a chunk that can be read.
    func parse(_ chunk: Chunk) -> ParsedRows
}

/// What parsing a chunk gave, beside its columns.
struct ParsedRows {
    /// The number of rows encoded.
    var rowCount = 0
    /// The rows that could not be, in their order.
    var badRows: [BadRow] = []
    /// Where the rows stand: rows and lines counted from 0 at the chunk's start.
    var lines = LineRuns()
}

/// The lines of rows, as few runs.
struct LineRuns {
    private(set) var runs: [LineRun] = []
    private var next = LineRun(row: 0, line: -1)

    /// Adds the next row's line.
    mutating func append(line: Int) {
        if line != next.line { runs.append(LineRun(row: next.row, line: line)) }
        next = LineRun(row: next.row + 1, line: line + 1)
    }

    /// Adds rows with a line each, the first of them `line`.
    mutating func append(line: Int, rows: Int) {
        guard rows > 0 else { return }
        append(line: line)
        next = LineRun(row: next.row + rows - 1, line: line + rows)
    }

    /// Adds the rows of a chunk that starts at a line.
    mutating func append(_ chunk: LineRuns, startLine: Int) {
        for (index, run) in chunk.runs.enumerated() {
            let end = index + 1 < chunk.runs.count ? chunk.runs[index + 1].row : chunk.next.row
            append(line: startLine + run.line, rows: end - run.row)
        }
    }
}
