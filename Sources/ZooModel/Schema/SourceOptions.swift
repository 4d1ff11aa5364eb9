/// How a table's file is laid out: the `source` section of a schema.
public struct SourceOptions: Sendable, Hashable {
    /// The syntax of the file, after decompression.
    public enum Format: String, Sendable, Hashable, CaseIterable {
        /// Rows of fields with a separator and optional quotes.
        case csv
        /// As `csv`, with a tabulator and no quotes.
        case tsv
        /// One JSON object a line.
        case jsonl
    }

    /// The bytes' character encoding.
    public enum Encoding: String, Sendable, Hashable, CaseIterable {
        /// UTF-8, with or without a byte order mark.
        case utf8 = "utf-8"
        /// ISO 8859-1.
        case latin1 = "latin-1"
    }

    /// The syntax.
    public var format: Format
    /// What stands between fields: one or more bytes such as `,`, `::` or `, `.
    public var separator: String
    /// The quote character, or nil where quotes mean nothing.
    public var quote: UInt8?
    /// Whether the first line names the columns.
    public var hasHeader: Bool
    /// The columns' names in file order, where the file has no header (or they replace the header's).
    public var names: [String]?
    /// Field values that mean "missing", as well as the empty one, which always does.
    public var missing: [String]
    /// Whether blanks around a field are dropped.
    public var trimsBlanks: Bool
    /// The character encoding.
    public var encoding: Encoding

    /// Options of a format; the rest as that format usually has it.
    public init(
        format: Format = .csv,
        separator: String? = nil,
        quote: UInt8?? = .none,
        hasHeader: Bool? = nil,
        names: [String]? = nil,
        missing: [String] = SourceOptions.usualMissing,
        trimsBlanks: Bool = false,
        encoding: Encoding = .utf8
    ) {
        self.format = format
        self.separator = separator ?? (format == .tsv ? "\t" : ",")
        self.quote = quote ?? (format == .tsv ? nil : UInt8(ascii: "\""))
        self.hasHeader = hasHeader ?? (names == nil)
        self.names = names
        self.missing = missing
        self.trimsBlanks = trimsBlanks
        self.encoding = encoding
    }

    /// What counts as missing unless the schema says otherwise: the empty field, `NA`, `NaN`, `null`.
    public static let usualMissing = ["", "NA", "NaN", "null"]
}
