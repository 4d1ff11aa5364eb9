/// How the bytes of a table are laid out: syntax, separator, header, quoting, missing markers, encoding.
public struct TableFormat: Hashable, Sendable {
    /// The grammar of a row.
    public enum Syntax: String, Hashable, Sendable {
        /// Fields between separators, one row a line (CSV, TSV and kin).
        case separated
        /// One JSON object a line.
        case jsonLines
    }

    /// How bytes become text.
    public enum Encoding: String, Hashable, Sendable {
        case utf8
        case latin1
    }

    /// The grammar of a row.
    public var syntax: Syntax
    /// What stands between fields; may be several characters (`::`). Spaces around it (`, `) mean that spaces
    /// around fields are not part of the values.
    public var separator: String
    /// Whether the first record names the columns.
    public var hasHeader: Bool
    /// The columns' names, for a file without a header (with one, the header counts).
    public var names: [String]
    /// The character around fields that hold separators or newlines; doubled inside. `nil`: no quoting.
    public var quote: Character?
    /// Values that mean "missing", beside the empty field.
    public var missingMarkers: [String]
    /// Whether spaces and tabs around unquoted fields are dropped.
    public var trimsSpaces: Bool
    /// How bytes become text.
    public var encoding: Encoding
    /// Whether a file's name decides on syntax and separator, where it suggests some.
    public var followsFileName = false

    /// Creates a format; without arguments, a comma-separated file with a header.
    public init(
        syntax: Syntax = .separated,
        separator: String = ",",
        hasHeader: Bool = true,
        names: [String] = [],
        quote: Character? = "\"",
        missingMarkers: [String] = [],
        trimsSpaces: Bool = false,
        encoding: Encoding = .utf8
    ) {
        self.syntax = syntax
        self.separator = separator
        self.hasHeader = hasHeader
        self.names = names
        self.quote = quote
        self.missingMarkers = missingMarkers
        self.trimsSpaces = trimsSpaces
        self.encoding = encoding
    }

    /// Comma-separated values with a header.
    public static var csv: TableFormat { TableFormat() }
    /// Tab-separated values with a header.
    public static var tsv: TableFormat { TableFormat(separator: "\t") }
    /// JSON Lines.
    public static var jsonLines: TableFormat { TableFormat(syntax: .jsonLines) }

    /// Comma-separated values with a header, unless a file's name suggests something else.
    public static var automatic: TableFormat {
        var format = TableFormat.csv
        format.followsFileName = true
        return format
    }

    /// The format of the file at a path.
    package func resolved(forPath path: String) -> TableFormat {
        guard followsFileName else { return self }
        var format = self
        format.followsFileName = false
        guard let suggested = TableFormat.suggested(forPath: path) else { return format }
        (format.syntax, format.separator) = (suggested.syntax, suggested.separator)
        return format
    }

    /// The format that a file's name suggests, looking through `.gz`, `.zst`, `.xz` and `.bz2`; `nil` if it suggests none.
    public static func suggested(forPath path: String) -> TableFormat? {
        var name = path[...]
        for suffix in [".gz", ".zst", ".xz", ".bz2"] where name.hasSuffix(suffix) {
            name = name.dropLast(suffix.count)
        }
        let lines = [".jsonl", ".ndjson", ".json"]
        for (suffixes, format) in [([".csv"], csv), ([".tsv", ".tab"], tsv), (lines, jsonLines)]
        where suffixes.contains(where: name.lowercased().hasSuffix) {
            return format
        }
        return nil
    }
}
