public import ZooModel

/// The wanted columns of a data file, dictionary-encoded, in memory or mapped from the cache.
public final class Table: Sendable {
    /// What the rows were read from, for messages: a path or `standard input`.
    public let source: String
    /// `sha256:…` of the source's bytes as stored (compressed, if it is); `nil` if the source cannot be read twice.
    ///
    /// Of a file that was read without a cache it is computed when it is first asked for, which reads the file again:
    /// `nil` if that has changed since.
    public var digest: String? { knownDigest ?? lateDigest?.value }
    /// The number of rows, skipped ones not counted.
    public let rowCount: Int
    /// The number of rows skipped because they could not be read.
    public let badRowCount: Int
    /// What was wrong with the first of them.
    public let badRowExamples: [String]
    /// The names of all columns of the source, wanted or not.
    public let sourceColumns: [String]
    /// Whether the table was found in the cache.
    public let isCached: Bool
    private let knownDigest: String?
    private let lateDigest: LateDigest?
    private let columns: [ColumnRequest: TableColumn]
    private let lines: LineIndex
    private let storage: TableStorage

    init(
        source: String,
        digest: String?,
        lateDigest: LateDigest?,
        rowCount: Int,
        badRowCount: Int,
        badRowExamples: [String],
        sourceColumns: [String],
        isCached: Bool,
        columns: [ColumnRequest: TableColumn],
        lines: LineIndex,
        storage: TableStorage
    ) {
        self.source = source
        knownDigest = digest
        self.lateDigest = lateDigest
        self.rowCount = rowCount
        self.badRowCount = badRowCount
        self.badRowExamples = badRowExamples
        self.sourceColumns = sourceColumns
        self.isCached = isCached
        self.columns = columns
        self.lines = lines
        self.storage = storage
    }

    /// Lets go of the memory that a file backs; what is read again comes from the file.
    func releaseMemory() { storage.release() }

    /// The column that answers a request; `nil` if it was not read, or was optional and the source lacks it.
    public subscript(request: ColumnRequest) -> TableColumn? {
        var key = request
        key.isRequired = true
        return columns[key]
    }

    /// A column read as categorical; `nil` if it was not.
    public func categorical(_ column: String) -> CategoricalColumn? {
        if case .categorical(let found)? = self[ColumnRequest(column, as: .categorical)] { found } else { nil }
    }

    /// A column read as numbers; `nil` if it was not.
    public func numeric(_ column: String) -> NumericColumn? {
        if case .numeric(let found)? = self[ColumnRequest(column, as: .numeric)] { found } else { nil }
    }

    /// The line of the source on which a row starts, counted from 1.
    public func line(ofRow row: Int) -> Int { lines.line(ofRow: row) }
}

/// From row `row` on, up to the next run, each row takes one line, the first of them line `line`.
struct LineRun: Hashable, Sendable {
    var row: Int
    var line: Int
}

/// Where the rows of a table stand in its source; valid as long as the table's storage.
struct LineIndex: @unchecked Sendable {
    let runs: UnsafeBufferPointer<LineRun>

    /// The line on which a row starts, counted from 1.
    func line(ofRow row: Int) -> Int {
        var low = 0
        var high = runs.count
        while low < high {
            let middle = (low + high) / 2
            if runs[middle].row <= row { low = middle + 1 } else { high = middle }
        }
        guard low > 0 else { return row + 1 }
        return runs[low - 1].line + row - runs[low - 1].row
    }
}
