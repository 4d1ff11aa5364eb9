import ZooModel

/// Hands out a table's rows in batches, encoded, epoch after epoch.
///
/// The order is a function of seed and epoch alone, so a run that resumes at an epoch sees what an uninterrupted one
/// saw. A table within the window is encoded once for all epochs. After the first batches no memory is allocated,
/// save for bags that grow.
public final class BatchLoader {
    /// Rows in every batch but the last.
    public let batchSize: Int
    /// Rows in an epoch.
    public let rowCount: Int
    /// Batches in an epoch.
    public var batchCount: Int { (rowCount + batchSize - 1) / batchSize }

    private let labels: [[Float]]
    private let selection: [Int32]?
    private let seed: UInt64
    private let shuffles: Bool
    private let windowRows: Int
    private let windows: [RecordWindow]
    private let buffers: [BatchBuffer]
    private let views: UnsafeMutableBufferPointer<FeatureBatch>
    private let batchLabels: ScanBuffer<Float>
    private let batchRows: ScanBuffer<Int32>
    /// For each place of the window the row of the table.
    private let windowTableRows: ScanBuffer<Int32>
    /// The places of the window in the order in which they are handed out.
    private let places: ScanBuffer<Int32>
    private var order: RowOrder
    private var windowStart = 0
    private var windowCount = 0
    private var position = 0
    private var isComplete = false

    /// A loader of the rows that all encoders encode.
    ///
    /// - Parameters:
    ///   - encoders: encoders of one and the same table, one for each view of a batch.
    ///   - labels: for each task a label a row of the table, NaN for missing.
    ///   - rows: the rows of the table to load, rising; all by default.
    ///   - batchSize: rows a batch.
    ///   - seed: decides the order, together with the epoch.
    ///   - shuffles: whether the order differs from the table's.
    ///   - windowRows: rows that are shuffled among each other and kept encoded.
    public init(
        _ encoders: [RowEncoder],
        labels: [[Float]],
        rows: [Int]? = nil,
        batchSize: Int,
        seed: UInt64 = 0,
        shuffles: Bool,
        windowRows: Int = 262_144
    ) {
        precondition(batchSize > 0 && !encoders.isEmpty, "a loader needs an encoder and a batch size above 0")
        let tableRows = encoders[0].table.rowCount
        precondition(encoders.allSatisfy { $0.table.rowCount == tableRows }, "encoders of different tables")
        precondition(labels.allSatisfy { $0.count == tableRows }, "a label for each row of the table is needed")
        self.batchSize = batchSize
        self.labels = labels
        self.seed = seed
        self.shuffles = shuffles
        selection = rows.map { $0.map { Int32($0) } }
        rowCount = selection?.count ?? tableRows
        // Whole batches, so that none straddles two windows.
        self.windowRows = max(1, windowRows / batchSize) * batchSize
        windows = encoders.map(RecordWindow.init)
        buffers = windows.map { BatchBuffer($0, batchSize: batchSize) }
        views = .allocate(capacity: encoders.count)
        let room = min(self.windowRows, rowCount)
        batchLabels = ScanBuffer(capacity: batchSize * labels.count)
        batchRows = ScanBuffer(capacity: batchSize)
        windowTableRows = ScanBuffer(capacity: room)
        places = ScanBuffer(capacity: room)
        order = RowOrder(count: rowCount, window: self.windowRows, seed: seed, epoch: 0, shuffles: shuffles)
        start(epoch: 0)
    }

    deinit { views.deallocate() }

    /// Goes to the first batch of an epoch.
    public func start(epoch: Int) {
        order = RowOrder(count: rowCount, window: windowRows, seed: seed, epoch: epoch, shuffles: shuffles)
        windowStart = 0
        windowCount = 0
        position = 0
    }

    /// The next batch of the epoch; `nil` at its end.
    public func next() -> LoadedBatch? {
        if position == windowCount {
            windowStart += windowCount
            guard windowStart < rowCount else { return nil }
            fillWindow()
        }
        let count = min(batchSize, windowCount - position)
        let taken = UnsafeBufferPointer(start: UnsafePointer(places.base + position), count: count)
        position += count
        for (index, buffer) in buffers.enumerated() {
            (views.baseAddress! + index).initialize(to: buffer.gather(taken))
        }
        for (index, place) in taken.enumerated() { batchRows.base[index] = windowTableRows.base[Int(place)] }
        for task in labels.indices {
            labels[task].withUnsafeBufferPointer { values in
                let output = batchLabels.base + task * batchSize
                for index in 0..<count { output[index] = values[Int(batchRows.base[index])] }
            }
        }
        return LoadedBatch(
            rows: count,
            features: UnsafeBufferPointer(views),
            labels: batchLabels.base,
            labelStride: batchSize,
            tableRows: UnsafeBufferPointer(start: batchRows.base, count: count)
        )
    }

    private func fillWindow() {
        windowCount = min(windowRows, rowCount - windowStart)
        position = 0
        if !(isComplete && windowCount == rowCount) { encodeWindow() }
        isComplete = windowCount == rowCount
        for place in 0..<windowCount { places.base[place] = Int32(place) }
        guard shuffles else { return }
        order.shuffle(
            UnsafeMutableBufferPointer(start: places.base, count: windowCount),
            stream: 1 + windowStart / windowRows
        )
    }

    private func encodeWindow() {
        for window in windows { window.reset(rows: windowCount) }
        windowTableRows.count = 0
        order.forEachRun(from: windowStart, to: windowStart + windowCount) { run in
            guard let selection else { return append(run) }
            var start = run.lowerBound
            while start < run.upperBound {
                var end = start + 1
                while end < run.upperBound, selection[end] == selection[end - 1] + 1 { end += 1 }
                append(Int(selection[start])..<Int(selection[end - 1]) + 1)
                start = end
            }
        }
    }

    /// Encodes rows of the table at the end of the window.
    private func append(_ rows: Range<Int>) {
        for window in windows { window.append(rows) }
        for row in rows { windowTableRows.append(Int32(row)) }
    }
}
