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

    /// Options of `categorical`.
    public struct Categorical: Sendable, Hashable {
        /// How values become rows.
        public var rows: Rows
        /// The embedding's width.
        public var dimension: Dimension

        /// Options with their defaults.
        public init(rows: Rows = .all, dimension: Dimension = .auto) {
            self.rows = rows
            self.dimension = dimension
        }
    }

    /// Options of `numeric`.
    public struct Numeric: Sendable, Hashable {
        /// What is done to a number before it enters the network.
        public enum Normalisation: String, Sendable, Hashable, CaseIterable {
            /// (x − mean) / standard deviation; a missing value becomes 0.
            case zscore
            /// sign(x) · ln(1 + |x|), then as `zscore`: for prices, counts, durations.
            case log
            /// As it is; a missing value becomes 0.
            case none
        }

        /// What is done to the number.
        public var normalisation: Normalisation
        /// So many quantile buckets, embedded like categories beside the number, or nil for the number alone.
        public var buckets: Int?
        /// The bucket embedding's width.
        public var dimension: Dimension
        /// Whether a dense 0/1 column says that the value is missing.
        public var hasMissingFlag: Bool

        /// Options with their defaults.
        public init(
            normalisation: Normalisation = .zscore,
            buckets: Int? = nil,
            dimension: Dimension = .fixed(8),
            hasMissingFlag: Bool = false
        ) {
            self.normalisation = normalisation
            self.buckets = buckets
            self.dimension = dimension
            self.hasMissingFlag = hasMissingFlag
        }
    }

    /// Options of `bag` and `sequence`.
    public struct Bag: Sendable, Hashable {
        /// What stands between the values of one field.
        public var separator: String
        /// At most so many values of a row are used: the first of a bag, the last of a sequence.
        public var maximumLength: Int
        /// How their embeddings become one.
        public var combiner: InputLayout.Combiner
        /// How values become rows.
        public var rows: Rows
        /// The embedding's width.
        public var dimension: Dimension

        /// Options with their defaults.
        public init(
            separator: String = "|",
            maximumLength: Int = 64,
            combiner: InputLayout.Combiner = .mean,
            rows: Rows = .all,
            dimension: Dimension = .auto
        ) {
            self.separator = separator
            self.maximumLength = maximumLength
            self.combiner = combiner
            self.rows = rows
            self.dimension = dimension
        }
    }

    /// Options of `text`.
    public struct Text: Sendable, Hashable {
        /// Lengths of the word n-grams; empty for none.
        public var words: ClosedRange<Int>?
        /// Lengths of the character n-grams within words; nil for none.
        public var characters: ClosedRange<Int>?
        /// So many hash buckets.
        public var buckets: Int
        /// At most so many n-grams of a text are used.
        public var maximumLength: Int
        /// How their embeddings become one.
        public var combiner: InputLayout.Combiner
        /// The embedding's width.
        public var dimension: Dimension

        /// Options with their defaults: words and pairs of words, 2¹⁶ buckets.
        public init(
            words: ClosedRange<Int>? = 1...2,
            characters: ClosedRange<Int>? = nil,
            buckets: Int = 65_536,
            maximumLength: Int = 256,
            combiner: InputLayout.Combiner = .mean,
            dimension: Dimension = .fixed(16)
        ) {
            self.words = words
            self.characters = characters
            self.buckets = buckets
            self.maximumLength = maximumLength
            self.combiner = combiner
            self.dimension = dimension
        }
    }

    /// Options of `timestamp`.
    public struct Timestamp: Sendable, Hashable {
        /// How the moment is written.
        public var format: TimestampFormat
        /// Which parts are embedded.
        public var parts: [TimestampPart]
        /// Each part's embedding width.
        public var dimension: Dimension

        /// Options with their defaults.
        public init(
            format: TimestampFormat = .iso8601,
            parts: [TimestampPart] = [.hour, .weekday, .month],
            dimension: Dimension = .fixed(4)
        ) {
            self.format = format
            self.parts = parts
            self.dimension = dimension
        }
    }
}
