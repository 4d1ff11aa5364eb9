/// The shape of an encoded row: which embedding tables it indexes and which dense numbers it carries.
///
/// A row's input vector is, in this order, the embedding of every slot, the pooled embedding of every bag, and the
/// dense columns: `width` floats.
public struct InputLayout: Sendable, Hashable {
    /// How the embeddings of a bag become one.
    public enum Combiner: String, Sendable, Hashable, CaseIterable {
        /// Their sum.
        case sum
        /// Their mean; an empty bag gives zeros.
        case mean
    }

    /// One embedding row per record.
    public struct Slot: Sendable, Hashable {
        /// The table's name: the feature's, or `feature.part` for a part of a timestamp.
        public var name: String
        /// The table's rows: row 0 is "missing", row 1 "out of vocabulary".
        public var rows: Int
        /// The table's width.
        public var dimension: Int

        /// A slot.
        public init(name: String, rows: Int, dimension: Int) {
            self.name = name
            self.rows = rows
            self.dimension = dimension
        }
    }

    /// A list of embedding rows per record, pooled into one.
    public struct BagSlot: Sendable, Hashable {
        /// The table's name: the feature's.
        public var name: String
        /// The table's rows: row 0 is "missing", row 1 "out of vocabulary".
        public var rows: Int
        /// The table's width.
        public var dimension: Int
        /// How the rows become one.
        public var combiner: Combiner
        /// No record has more ids than that.
        public var maximumLength: Int

        /// A bag slot.
        public init(name: String, rows: Int, dimension: Int, combiner: Combiner, maximumLength: Int) {
            self.name = name
            self.rows = rows
            self.dimension = dimension
            self.combiner = combiner
            self.maximumLength = maximumLength
        }
    }

    /// The single-id slots, in the order of a record's ids.
    public var slots: [Slot]
    /// The bag slots.
    public var bags: [BagSlot]
    /// Names of the dense columns: a numeric feature's, and `feature.missing` for its flag.
    public var dense: [String]

    /// A layout.
    public init(slots: [Slot], bags: [BagSlot], dense: [String]) {
        self.slots = slots
        self.bags = bags
        self.dense = dense
    }

    /// The width of the input vector in floats.
    public var width: Int {
        slots.reduce(0) { $0 + $1.dimension } + bags.reduce(0) { $0 + $1.dimension } + dense.count
    }
}
