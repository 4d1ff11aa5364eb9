extension FeatureDefinition {
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
