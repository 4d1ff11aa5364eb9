package import ZooTensor

/// Hands out a table's rows in batches, encoded, epoch after epoch, in bounded memory.
///
/// Rows that fit the memory allowed are encoded once and shuffled among each other anew each epoch. More rows are cut
/// into blocks; each epoch shuffles the blocks, encodes as many as fit, and shuffles the rows within that window. The
/// order is a function of seed and epoch, never of threads, so a run that resumes at an epoch sees what an
/// uninterrupted one saw. A batch allocates nothing, save for the first ones and for bags that grow.
package final class BatchLoader {
    /// What a training run's rows may take, in bytes.
    package static let trainingMemory = 256 << 20
    /// What the rows of a pass in the table's order may take, in bytes.
    package static let scoringMemory = 32 << 20
    /// Rows that stay together when not all rows fit: enough for reading to be sequential, few enough to mix.
    private static let blockRows = 4096

    /// Rows in an epoch.
    package var rowCount: Int { selection.count }
    /// Batches in an epoch.
    package var batchCount: Int { (rowCount + batchSize - 1) / batchSize }

    private let source: TrainingRows
    private let selection: RowSelection
    private let batchSize: Int
    private let seed: UInt64?
    private let pool: WorkerPool
    private let encoded: RecordWindow?
    private let own: [RecordWindow?]
    private let batch: TrainingBatch
    /// For each place of the window the row of the table, and a label a head.
    private let windowRows: ScanBuffer<Int32>
    private let windowLabels: ScanBuffer<Float>
    /// The places of the window in the order in which they are handed out.
    private let places: ScanBuffer<Int32>
    /// Rows of a full window: whole batches, so that none straddles two windows.
    private let capacity: Int

    private var epoch = 0
    /// The blocks in this epoch's order, the next one to read, and how many of its rows were taken before.
    private var blocks: [Int32]
    private var nextBlock = 0
    private var taken = 0
    private var windowStart = 0
    private var windowCount = 0
    private var position = 0
    private var isComplete = false

    /// A loader of the rows chosen.
    ///
    /// - Parameters:
    ///   - source: what to read; a representation cached in it takes the place of the encoder's features.
    ///   - seed: decides the order together with the epoch; nil keeps the table's.
    ///   - memory: about how many bytes the encoded rows may take.
    package init(
        _ source: TrainingRows,
        _ selection: RowSelection,
        batchSize: Int,
        seed: UInt64? = nil,
        memory: Int,
        pool: WorkerPool
    ) {
        self.source = source
        self.selection = selection
        self.batchSize = batchSize
        self.seed = seed
        self.pool = pool
        encoded = source.cached == nil ? RecordWindow(source.encoded) : nil
        own = source.own.map { $0.map(RecordWindow.init) }
        capacity = max(1, memory / source.bytesPerRow / batchSize) * batchSize
        let room = min(capacity, selection.count)
        windowRows = ScanBuffer(capacity: room)
        windowLabels = ScanBuffer(capacity: room * source.labels.count)
        places = ScanBuffer(capacity: room)
        batch = TrainingBatch(source, encoded: encoded, own: own, capacity: min(batchSize, max(1, selection.count)))
        blocks = (0..<Int32((selection.tableRows + Self.blockRows - 1) / Self.blockRows)).map { $0 }
    }

    /// Goes to the first batch of an epoch.
    package func start(epoch: Int) {
        self.epoch = epoch
        (nextBlock, taken, windowStart, windowCount, position) = (0, 0, 0, 0, 0)
        guard let seed, rowCount > capacity else { return }
        let random = ZooTensor.CounterRandom(seed: seed, stream: "blocks of epoch \(epoch)")
        for index in blocks.indices { blocks[index] = Int32(index) }
        blocks.withUnsafeMutableBufferPointer { Self.shuffle($0, random) }
    }

    /// The next batch of the epoch, valid until the one after it; nil at the epoch's end.
    package func next() -> TrainingBatch? {
        if position == windowCount {
            windowStart += windowCount
            guard windowStart < rowCount else { return nil }
            fillWindow()
        }
        let count = min(batchSize, windowCount - position)
        batch.gather(
            UnsafeBufferPointer(start: UnsafePointer(places.base + position), count: count),
            windowRows: windowRows.base,
            windowLabels: windowLabels.base
        )
        position += count
        return batch
    }

    private func fillWindow() {
        windowCount = min(capacity, rowCount - windowStart)
        position = 0
        if !isComplete {
            chooseRows()
            encodeRows()
            isComplete = windowCount == rowCount
            if !isComplete { source.releaseMemory() }
        }
        for place in 0..<windowCount { places.base[place] = Int32(place) }
        guard let seed else { return }
        let random = ZooTensor.CounterRandom(seed: seed, stream: "epoch \(epoch)")
        Self.shuffle(UnsafeMutableBufferPointer(start: places.base, count: windowCount), random, from: windowStart)
    }

    /// Takes the next rows, block by block.
    private func chooseRows() {
        windowRows.count = 0
        while windowRows.count < windowCount {
            let first = Int(blocks[nextBlock]) * Self.blockRows
            var skipped = taken
            selection.forEachRun(in: first..<min(first + Self.blockRows, selection.tableRows)) { run in
                for row in run {
                    if skipped > 0 {
                        skipped -= 1
                    } else if windowRows.count < windowCount {
                        windowRows.append(Int32(row))
                        taken += 1
                    }
                }
            }
            guard windowRows.count < windowCount else { return }
            nextBlock += 1
            taken = 0
        }
    }

    private func encodeRows() {
        let rows = UnsafeBufferPointer(start: UnsafePointer(windowRows.base), count: windowCount)
        encoded?.encode(rows, pool: pool)
        for window in own { window?.encode(rows, pool: pool) }
        for (head, column) in source.labels.enumerated() {
            var target = windowLabels.base + head
            let stride = source.labels.count
            guard let column else {
                for place in rows.indices { target[place * stride] = .nan }
                continue
            }
            for row in rows {
                target.pointee = column.label(ofRow: Int(row))
                target += stride
            }
        }
    }

    /// Shuffles in place (Fisher and Yates); `start` keeps windows of one epoch from drawing the same numbers.
    private static func shuffle(
        _ values: UnsafeMutableBufferPointer<Int32>,
        _ random: ZooTensor.CounterRandom,
        from start: Int = 0
    ) {
        for index in stride(from: values.count - 1, to: 0, by: -1) {
            values.swapAt(index, random.integer(UInt64(start + index), below: index + 1))
        }
    }
}
