import ZooModel

/// Encoded rows, row-major: each row's ids, then its dense columns, stand together, so that taking rows in any order
/// touches little memory.
final class RecordWindow {
    let idStride: Int
    let denseStride: Int
    let ids: ScanBuffer<Int32>
    let dense: ScanBuffer<Float>
    /// For each bag slot one offset more than rows, and the ids.
    private(set) var bagOffsets: [[Int32]]
    private(set) var bagIds: [[Int32]]
    private let encoder: RowEncoder
    private var count = 0

    init(_ encoder: RowEncoder) {
        self.encoder = encoder
        let layout = encoder.features.layout
        idStride = layout.slots.count
        denseStride = layout.dense.count
        ids = ScanBuffer()
        dense = ScanBuffer()
        bagOffsets = layout.bags.map { _ in [0] }
        bagIds = layout.bags.map { _ in [] }
    }

    /// Forgets all rows and makes room for `rows`.
    func reset(rows: Int) {
        count = 0
        ids.reserve(rows * idStride)
        dense.reserve(rows * denseStride)
        for bag in bagIds.indices {
            bagOffsets[bag].removeAll(keepingCapacity: true)
            bagOffsets[bag].append(0)
            bagIds[bag].removeAll(keepingCapacity: true)
        }
    }

    /// Encodes consecutive rows of the table.
    func append(_ rows: Range<Int>) {
        encoder.encode(
            rows,
            ids: ids.base + count * idStride,
            idStride: idStride,
            dense: dense.base + count * denseStride,
            denseStride: denseStride
        )
        for bag in bagIds.indices {
            encoder.encodeBag(bag, rows, offsets: &bagOffsets[bag], ids: &bagIds[bag])
        }
        count += rows.count
    }
}
