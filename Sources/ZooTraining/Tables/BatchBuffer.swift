import ZooModel

/// The memory of the batches that one encoder's rows are handed out in.
final class BatchBuffer {
    private let window: RecordWindow
    private let ids: ScanBuffer<Int32>
    private let dense: ScanBuffer<Float>
    private let bagOffsets: [ScanBuffer<Int32>]
    private let bagIds: [ScanBuffer<Int32>]
    private let bags: UnsafeMutablePointer<FeatureBatch.Bag>

    init(_ window: RecordWindow, batchSize: Int) {
        self.window = window
        ids = ScanBuffer(capacity: batchSize * window.idStride)
        dense = ScanBuffer(capacity: batchSize * window.denseStride)
        bagOffsets = window.bagIds.map { _ in ScanBuffer(capacity: batchSize + 1) }
        bagIds = window.bagIds.map { _ in ScanBuffer() }
        bags = .allocate(capacity: max(1, bagIds.count))
    }

    deinit { bags.deallocate() }

    /// Gathers rows of the window.
    func gather(_ rows: UnsafeBufferPointer<Int32>) -> FeatureBatch {
        let (idStride, denseStride) = (window.idStride, window.denseStride)
        for (index, row) in rows.enumerated() {
            (ids.base + index * idStride).update(from: window.ids.base + Int(row) * idStride, count: idStride)
            (dense.base + index * denseStride)
                .update(from: window.dense.base + Int(row) * denseStride, count: denseStride)
        }
        for bag in bagIds.indices { gather(bag, rows) }
        return FeatureBatch(
            rows: rows.count,
            ids: ids.base,
            idStride: idStride,
            dense: dense.base,
            denseStride: denseStride,
            bags: bagIds.isEmpty ? nil : UnsafePointer(bags)
        )
    }

    private func gather(_ bag: Int, _ rows: UnsafeBufferPointer<Int32>) {
        let (offsets, output) = (bagOffsets[bag], bagIds[bag])
        output.count = 0
        offsets.base[0] = 0
        window.bagOffsets[bag].withUnsafeBufferPointer { starts in
            window.bagIds[bag].withUnsafeBufferPointer { values in
                for (index, row) in rows.enumerated() {
                    let start = Int(starts[Int(row)])
                    let length = Int(starts[Int(row) + 1]) - start
                    if let base = values.baseAddress { output.append(from: base + start, count: length) }
                    offsets.base[index + 1] = Int32(output.count)
                }
            }
        }
        bags[bag] = FeatureBatch.Bag(offsets: offsets.base, ids: output.base)
    }
}
