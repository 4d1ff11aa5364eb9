import ZooModel

/// The memory of the batches that one encoder's rows are handed out in.
final class BatchBuffer {
    let window: RecordWindow
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

    /// Gathers the rows at some places of the window.
    func gather(_ places: UnsafeBufferPointer<Int32>) -> FeatureBatch {
        let (idStride, denseStride) = (window.idStride, window.denseStride)
        for (index, place) in places.enumerated() {
            (ids.base + index * idStride).update(from: window.ids.base + Int(place) * idStride, count: idStride)
            (dense.base + index * denseStride)
                .update(from: window.dense.base + Int(place) * denseStride, count: denseStride)
        }
        for bag in bagIds.indices { gather(bag, places) }
        return FeatureBatch(
            rows: places.count,
            ids: ids.base,
            idStride: idStride,
            dense: dense.base,
            denseStride: denseStride,
            bags: bagIds.isEmpty ? nil : UnsafePointer(bags)
        )
    }

    private func gather(_ bag: Int, _ places: UnsafeBufferPointer<Int32>) {
        let (offsets, output) = (bagOffsets[bag], bagIds[bag])
        let (starts, values) = (window.bagOffsets[bag].base, window.bagIds[bag].base)
        output.count = 0
        offsets.base[0] = 0
        for (index, place) in places.enumerated() {
            let start = starts[Int(place)]
            output.append(from: values + start, count: starts[Int(place) + 1] - start)
            offsets.base[index + 1] = Int32(truncatingIfNeeded: output.count)
        }
        bags[bag] = FeatureBatch.Bag(offsets: offsets.base, ids: output.base)
    }
}
