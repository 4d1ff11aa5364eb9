public import ZooTensor

/// Turns encoded rows into the network's input matrix: embeddings, pooled bags and dense columns side by side.
public struct EmbeddingInput: @unchecked Sendable {
    /// One feature's embedding table.
    public struct Table {
        /// The slot's name, as in the layout.
        public let name: String
        /// Where its rows are.
        public let table: EmbeddingTable
        /// Its field there.
        public let field: Int
    }

    /// The tables of all slots, then of all bags, in the layout's order.
    public let tables: [Table]
    /// Columns of the result.
    public let width: Int
    private let plan = EmbeddingPlan()

    /// Adds the layout's tables to the scope's store, those of one width fused.
    public init(_ layout: InputLayout, in scope: ParameterScope) {
        let wanted =
            layout.slots.map { (name: $0.name, rows: $0.rows, dimension: $0.dimension) }
            + layout.bags.map { (name: $0.name, rows: $0.rows, dimension: $0.dimension) }
        var placed = [(table: EmbeddingTable, field: Int)?](repeating: nil, count: wanted.count)
        for width in Set(wanted.map(\.dimension)).sorted() {
            let members = wanted.indices.filter { wanted[$0].dimension == width }
            let table = scope.store.addTable(
                "\(scope.prefix)embedding.\(width)",
                width: width,
                fields: members.map { (wanted[$0].name, wanted[$0].rows) },
                group: scope.group,
                initialiser: .normal(Self.deviation)
            )
            for (field, index) in members.enumerated() { placed[index] = (table, field) }
        }
        tables = zip(wanted, placed).compactMap { wanted, place in
            place.map { Table(name: wanted.name, table: $0.table, field: $0.field) }
        }
        for place in tables.prefix(layout.slots.count) { plan.addSlot(place.table, field: place.field) }
        for (place, bag) in zip(tables.dropFirst(layout.slots.count), layout.bags) {
            plan.addBag(place.table, field: place.field, combiner: bag.combiner == .sum ? .sum : .mean)
        }
        if !layout.dense.isEmpty { plan.addDense(layout.dense.count) }
        width = plan.width
    }

    /// Small first embeddings: rare rows, which training hardly moves, then say little rather than noise.
    private static let deviation: Float = 0.05

    /// The rows of a range of a batch as [rows, width].
    public func callAsFunction(_ tape: Tape, _ batch: FeatureBatch, _ range: Range<Int>) -> Tensor {
        let batch = batch.rows(range)
        return withUnsafeTemporaryAllocation(of: BagInput.self, capacity: max(1, plan.bagCount)) { bags in
            for index in 0..<plan.bagCount {
                let bag = batch.bag(index)
                bags.initializeElement(at: index, to: BagInput(offsets: bag.offsets, ids: bag.ids))
            }
            return tape.embed(
                plan,
                rows: batch.rows,
                ids: batch.ids,
                idStride: batch.idStride,
                dense: batch.dense,
                denseStride: batch.denseStride,
                bags: UnsafePointer(bags.baseAddress)
            )
        }
    }
}
