import ZooTensor

/// The order in which an epoch visits rows, a function of seed and epoch alone.
///
/// Rows that fit a window are shuffled fully. More rows are cut into blocks; the blocks are shuffled, and then the rows
/// within each window of consecutive blocks, so that rows are read almost in sequence and yet meet others each epoch.
struct RowOrder {
    /// Rows that stay together when more rows than a window are shuffled.
    static let blockRows = 4096

    private let count: Int
    private let seed: UInt64
    private let epoch: UInt64
    /// The blocks in their order; empty if the rows are visited in theirs.
    private var blocks: [Int32] = []

    init(count: Int, window: Int, seed: UInt64, epoch: Int, shuffles: Bool) {
        self.count = count
        self.seed = seed
        self.epoch = UInt64(bitPattern: Int64(epoch))
        guard shuffles, count > window else { return }
        var shuffled = (0..<Int32((count + Self.blockRows - 1) / Self.blockRows)).map { $0 }
        shuffled.withUnsafeMutableBufferPointer { shuffle($0, stream: 0) }
        blocks = shuffled
    }

    /// Shuffles in place (Fisher and Yates), with random numbers of a stream's own.
    func shuffle(_ values: UnsafeMutableBufferPointer<Int32>, stream: Int) {
        let random = ZooTensor.CounterRandom(seed: seed, 0x6261_7463_6865_73, epoch, UInt64(stream))
        for index in stride(from: values.count - 1, to: 0, by: -1) {
            values.swapAt(index, random.integer(UInt64(index), below: index + 1))
        }
    }

    /// Calls `body` with runs of rows that together are places `start ..< end` of the order before windows' shuffles.
    func forEachRun(from start: Int, to end: Int, _ body: (Range<Int>) -> Void) {
        guard !blocks.isEmpty else { return body(start..<end) }
        var place = 0
        for block in blocks {
            let first = Int(block) * Self.blockRows
            let rows = first..<min(first + Self.blockRows, count)
            let low = max(start, place)
            let high = min(end, place + rows.count)
            if low < high { body(first + low - place..<first + high - place) }
            place += rows.count
            if place >= end { return }
        }
    }
}
