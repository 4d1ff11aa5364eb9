import ZooModel
import ZooTensor

/// A whole table as ids and numbers, ready to be gathered into batches.
final class EncodedRows: @unchecked Sendable {
    let rowCount: Int
    let idStride: Int
    let denseStride: Int
    let ids: UnsafeMutablePointer<Int32>
    let dense: UnsafeMutablePointer<Float>
    /// For each bag slot: rows + 1 offsets, and the ids.
    let bags: [(offsets: [Int32], ids: [Int32])]
    let coverage: [FeatureCoverage]
    private let memory: [ScratchMemory]

    init(_ features: FittedFeatures, table: Table, pool: WorkerPool) throws {
        let encoder = try RowEncoder(features, table: table)
        rowCount = table.rowCount
        idStride = features.layout.slots.count
        denseStride = features.layout.dense.count
        let idMemory = try ScratchMemory(bytes: rowCount * idStride * 4)
        let denseMemory = try ScratchMemory(bytes: rowCount * denseStride * 4)
        memory = [idMemory, denseMemory]
        ids = idMemory.bound(to: Int32.self)
        dense = denseMemory.bound(to: Float.self)
        let (rows, ids, idStride, dense, denseStride) = (rowCount, ids, idStride, dense, denseStride)
        let piece = 4096
        pool.run((rows + piece - 1) / piece) { index, _ in
            let range = index * piece..<min(rows, (index + 1) * piece)
            encoder.encode(
                range,
                ids: ids + range.lowerBound * idStride,
                idStride: idStride,
                dense: dense + range.lowerBound * denseStride,
                denseStride: denseStride
            )
        }
        bags = features.layout.bags.indices.map { bag in
            var offsets: [Int32] = [0]
            var ids: [Int32] = []
            encoder.encodeBag(bag, 0..<rows, offsets: &offsets, ids: &ids)
            return (offsets, ids)
        }
        coverage = encoder.coverage()
    }
}

/// Memory for one batch of rows gathered from `EncodedRows`: made once, filled again and again.
final class GatherBuffer {
    private let source: EncodedRows
    private let ids: UnsafeMutablePointer<Int32>
    private let dense: UnsafeMutablePointer<Float>
    private var bagIds: [UnsafeMutablePointer<Int32>]
    private var bagCapacities: [Int]
    private let bagOffsets: [UnsafeMutablePointer<Int32>]
    private let views: UnsafeMutablePointer<FeatureBatch.Bag>

    init(_ source: EncodedRows, capacity: Int) {
        self.source = source
        ids = .allocate(capacity: max(1, capacity * source.idStride))
        dense = .allocate(capacity: max(1, capacity * source.denseStride))
        bagOffsets = source.bags.map { _ in .allocate(capacity: capacity + 1) }
        bagIds = source.bags.map { _ in .allocate(capacity: 1) }
        bagCapacities = source.bags.map { _ in 1 }
        views = .allocate(capacity: max(1, source.bags.count))
    }

    deinit {
        ids.deallocate()
        dense.deallocate()
        bagOffsets.forEach { $0.deallocate() }
        bagIds.forEach { $0.deallocate() }
        views.deallocate()
    }

    /// The rows listed; valid until the next gathering.
    func gather(_ rows: UnsafeBufferPointer<Int32>) -> FeatureBatch {
        let (idStride, denseStride) = (source.idStride, source.denseStride)
        for (target, row) in rows.enumerated() {
            (ids + target * idStride).update(from: source.ids + Int(row) * idStride, count: idStride)
            (dense + target * denseStride).update(from: source.dense + Int(row) * denseStride, count: denseStride)
        }
        for bag in bagOffsets.indices { gatherBag(bag, rows) }
        return FeatureBatch(
            rows: rows.count,
            ids: ids,
            idStride: idStride,
            dense: dense,
            denseStride: denseStride,
            bags: bagOffsets.isEmpty ? nil : UnsafePointer(views)
        )
    }

    private func gatherBag(_ bag: Int, _ rows: UnsafeBufferPointer<Int32>) {
        source.bags[bag].offsets.withUnsafeBufferPointer { offsets in
            source.bags[bag].ids.withUnsafeBufferPointer { values in
                var total = 0
                for row in rows { total += Int(offsets[Int(row) + 1] - offsets[Int(row)]) }
                if total > bagCapacities[bag] {
                    bagIds[bag].deallocate()
                    bagCapacities[bag] = total * 2
                    bagIds[bag] = .allocate(capacity: total * 2)
                }
                var end = 0
                bagOffsets[bag][0] = 0
                for (target, row) in rows.enumerated() {
                    let (from, to) = (Int(offsets[Int(row)]), Int(offsets[Int(row) + 1]))
                    if let base = values.baseAddress { (bagIds[bag] + end).update(from: base + from, count: to - from) }
                    end += to - from
                    bagOffsets[bag][target + 1] = Int32(end)
                }
            }
        }
        views[bag] = FeatureBatch.Bag(offsets: bagOffsets[bag], ids: bagIds[bag])
    }
}
