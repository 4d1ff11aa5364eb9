/// A column that the reader must extract, and as what.
///
/// The same source column may be asked for several times, as different kinds.
public struct ColumnRequest: Hashable, Sendable {
    /// What becomes of a column's cells.
    public enum Kind: Hashable, Sendable {
        /// One value out of a set: a code in the column's dictionary.
        case categorical
        /// A finite number.
        case numeric
        /// An unordered set of values in one cell, joined by a separator (or a JSON array).
        case bag(separator: String)
        /// An ordered list of values in one cell, joined by a separator (or a JSON array).
        case sequence(separator: String)
        /// Free text, kept as it is.
        case text
        /// A point in time.
        case timestamp(TimestampFormat)
    }

    /// The column's name in the source.
    public var column: String
    /// What becomes of its cells.
    public var kind: Kind
    /// Whether a source without this column is an error; otherwise the column reads as missing throughout
    /// (labels, when predicting).
    public var isRequired: Bool

    /// Creates a request.
    public init(_ column: String, as kind: Kind, isRequired: Bool = true) {
        self.column = column
        self.kind = kind
        self.isRequired = isRequired
    }
}
