/// A non-owning view of consecutive encoded rows, in the shape of an `InputLayout`.
///
/// The pointers belong to whoever made the batch and live as long as that owner says (a loader: until its next batch).
/// Nothing here allocates or counts references, so a view may be sliced inside a training step.
public struct FeatureBatch: @unchecked Sendable {
    /// One bag slot of a batch in compressed-row form.
    public struct Bag {
        /// `rows + 1` offsets into `ids` of the batch's owner, counted from `ids`, rising.
        public var offsets: UnsafePointer<Int32>
        /// The embedding rows.
        public var ids: UnsafePointer<Int32>

        /// A bag over existing memory.
        public init(offsets: UnsafePointer<Int32>, ids: UnsafePointer<Int32>) {
            self.offsets = offsets
            self.ids = ids
        }
    }

    /// How many rows the view has.
    public let rows: Int
    /// Row-major ids, [rows, slots] with `idStride` ids from row to row.
    public let ids: UnsafePointer<Int32>
    /// Ids from one row to the next.
    public let idStride: Int
    /// Row-major dense columns, [rows, dense] with `denseStride` floats from row to row.
    public let dense: UnsafePointer<Float>
    /// Floats from one row to the next.
    public let denseStride: Int

    private let bags: UnsafePointer<Bag>?
    private let firstBagRow: Int

    /// A view of `rows` rows; `bags` has one entry per bag slot, its offsets starting at the first row.
    public init(
        rows: Int,
        ids: UnsafePointer<Int32>,
        idStride: Int,
        dense: UnsafePointer<Float>,
        denseStride: Int,
        bags: UnsafePointer<Bag>? = nil
    ) {
        self.init(
            rows: rows,
            ids: ids,
            idStride: idStride,
            dense: dense,
            denseStride: denseStride,
            bags: bags,
            firstBagRow: 0
        )
    }

    private init(
        rows: Int,
        ids: UnsafePointer<Int32>,
        idStride: Int,
        dense: UnsafePointer<Float>,
        denseStride: Int,
        bags: UnsafePointer<Bag>?,
        firstBagRow: Int
    ) {
        self.rows = rows
        self.ids = ids
        self.idStride = idStride
        self.dense = dense
        self.denseStride = denseStride
        self.bags = bags
        self.firstBagRow = firstBagRow
    }

    /// The bag slot at `index` of the layout, its offsets starting at this view's first row.
    ///
    /// `offsets[0]` need not be 0: row i's ids are `ids[offsets[i]..<offsets[i + 1]]`.
    public func bag(_ index: Int) -> Bag {
        guard let bags else { fatalError("a batch without bags was asked for bag \(index)") }
        return Bag(offsets: bags[index].offsets + firstBagRow, ids: bags[index].ids)
    }

    /// The rows of a range, as a view of the same memory.
    public func rows(_ range: Range<Int>) -> FeatureBatch {
        precondition(range.lowerBound >= 0 && range.upperBound <= rows, "rows \(range) of a batch of \(rows)")
        return FeatureBatch(
            rows: range.count,
            ids: ids + range.lowerBound * idStride,
            idStride: idStride,
            dense: dense + range.lowerBound * denseStride,
            denseStride: denseStride,
            bags: bags,
            firstBagRow: firstBagRow + range.lowerBound
        )
    }
}
