internal import CKernels

/// One bag column of a batch: row r holds `ids[offsets[r]..<offsets[r + 1]]`.
public struct BagInput: BitwiseCopyable {
    /// rows + 1 offsets into `ids`.
    public var offsets: UnsafePointer<Int32>
    /// The ids of all rows.
    public var ids: UnsafePointer<Int32>

    /// A bag column; for a shard, advance `offsets` to its first row.
    public init(offsets: UnsafePointer<Int32>, ids: UnsafePointer<Int32>) {
        self.offsets = offsets
        self.ids = ids
    }
}

/// How a bag's embeddings become one.
public enum BagCombiner: String, Sendable, Hashable, CaseIterable {
    case sum
    case mean
}

/// Where each feature's embedding goes in the model's input matrix, and the dense columns beside: made once.
public final class EmbeddingPlan: @unchecked Sendable {
    struct Bag {
        let table: EmbeddingTable
        let field: Int
        let column: Int
        let combiner: BagCombiner

        var isTrainable: Bool { table.trainableFields[field] }
    }

    /// Columns of the matrix.
    public private(set) var width = 0
    /// Single-id slots, in the order of the batch's id columns.
    public var slotCount: Int { slots.count }
    /// Bag slots, in the order of the batch's bags.
    public var bagCount: Int { bags.count }
    /// Dense columns, placed after all embeddings added before them.
    public private(set) var denseCount = 0

    private(set) var denseColumn = 0
    var slots: [zoo_slot] = []
    private(set) var slotTables: [EmbeddingTable] = []
    private(set) var slotUnits: [Int] = []
    /// Slots whose ids may repeat enough for ``EmbeddingFactoring``.
    private(set) var factorCandidates: [Int] = []
    private(set) var bags: [Bag] = []

    /// A plan with nothing in it.
    public init() {}

    /// Adds a single-id slot; its ids are the batch's next id column unless `source` names another.
    public func addSlot(_ table: EmbeddingTable, field: Int, source: Int? = nil) {
        guard let base = table.values(of: field).baseAddress else { preconditionFailure("a table has an address") }
        slots.append(
            zoo_slot(
                table: base,
                rows: Int32(table.fields[field].rows),
                width: Int32(table.width),
                source: Int32(source ?? slots.count),
                column: Int32(width)
            )
        )
        if table.fields[field].rows <= EmbeddingFactoring.largestField { factorCandidates.append(slots.count - 1) }
        slotTables.append(table)
        slotUnits.append(table.firstUnit + field)
        width += table.width
    }

    /// Adds a bag slot: the sum or the mean of its ids' rows, zero for an empty bag.
    public func addBag(_ table: EmbeddingTable, field: Int, combiner: BagCombiner) {
        bags.append(Bag(table: table, field: field, column: width, combiner: combiner))
        width += table.width
    }

    /// Adds `count` columns copied from the batch's dense columns; at most once.
    public func addDense(_ count: Int) {
        precondition(denseCount == 0, "the dense columns are added once")
        denseColumn = width
        denseCount = count
        width += count
    }

    var isTrainable: Bool { slots.indices.contains(where: isTrainable(slot:)) || bags.contains(where: \.isTrainable) }

    /// Whether a slot's embeddings are trained.
    func isTrainable(slot: Int) -> Bool {
        let table = slotTables[slot]
        return table.trainableFields[slotUnits[slot] - table.firstUnit]
    }
}

/// One use of a plan whose gradient arrived.
struct EmbeddingRecord {
    let plan: Unmanaged<EmbeddingPlan>
    let rows: Int
    let ids: UnsafePointer<Int32>?
    let idStride: Int
    let bags: UnsafeMutablePointer<BagInput>?
    let gradient: UnsafeMutablePointer<Float>
    /// Where the gradients of the distinct rows of some slots are; for those slots `gradient` says nothing.
    var factoring: UnsafePointer<EmbeddingFactoring>?
}
