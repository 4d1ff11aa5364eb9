/// One feature of a schema: which column it reads, how it is encoded, and where it enters the model.
public struct FeatureDefinition: Sendable, Hashable {
    /// Where a feature enters the model.
    public enum Scope: Sendable, Hashable {
        /// With the encoder: seen by every task.
        case encoder
        /// At the head of the named task only.
        case task(String)
    }

    /// The feature's name, unique in the schema; tensors are named after it.
    public var name: String
    /// The column it reads.
    public var column: String
    /// Where it enters the model.
    public var scope: Scope
    /// How it is encoded.
    public var kind: Kind

    /// A feature; the column defaults to the name.
    public init(name: String, column: String? = nil, scope: Scope = .encoder, kind: Kind) {
        self.name = name
        self.column = column ?? name
        self.scope = scope
        self.kind = kind
    }
}

extension FeatureDefinition {
    /// How a column becomes ids and numbers.
    public enum Kind: Sendable, Hashable {
        /// One value out of many: one embedding row.
        case categorical(Categorical)
        /// A number: dense columns, and an embedded quantile bucket where asked for.
        case numeric(Numeric)
        /// A set of values in one field: the sum or mean of their embedding rows.
        case bag(Bag)
        /// A history of values, oldest first, in one field; the most recent `maximumLength` are kept.
        case sequence(Bag)
        /// Free text: hashed n-grams, pooled.
        case text(Text)
        /// A moment: its parts, each an embedding.
        case timestamp(Timestamp)

        /// The name the schema uses.
        public var name: String {
            switch self {
            case .categorical: "categorical"
            case .numeric: "numeric"
            case .bag: "bag"
            case .sequence: "sequence"
            case .text: "text"
            case .timestamp: "timestamp"
            }
        }

        /// Every kind's name.
        public static let names = ["categorical", "numeric", "bag", "sequence", "text", "timestamp"]
    }

    /// The width of an embedding.
    public enum Dimension: Sendable, Hashable {
        /// Chosen from the number of rows when the features are fitted.
        case auto
        /// That many floats.
        case fixed(Int)

        /// The width for a table of `rows` rows.
        ///
        /// `auto` gives 4 up to 16 rows, 8 up to 1,024, 16 up to 65,536 and 32 beyond: few distinct widths, so that
        /// tables fuse.
        public func resolved(rows: Int) -> Int {
            switch self {
            case .fixed(let value): value
            case .auto:
                switch rows {
                case ...16: 4
                case ...1_024: 8
                case ...65_536: 16
                default: 32
                }
            }
        }
    }

    /// How distinct values become embedding rows.
    public enum Rows: Sendable, Hashable {
        /// A fitted vocabulary: values seen at least `minimumCount` times, at most `maximum` of them, most frequent
        /// first; the others share the out-of-vocabulary row.
        case vocabulary(minimumCount: Int, maximum: Int?)
        /// No vocabulary: a hash of the value picks one of so many rows (besides the missing one).
        case hashed(buckets: Int)

        /// Every value seen in training.
        public static let all = Rows.vocabulary(minimumCount: 1, maximum: nil)
    }
}
