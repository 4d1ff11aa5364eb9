import ZooModel
import ZooTensor

/// The rows that a run trains or validates on: the encoder's side, each head's own features, the labels.
final class TrainingRows {
    let rowCount: Int
    /// What the encoder reads.
    let encoded: EncodedRows
    /// What each head reads by itself, where it does.
    let own: [EncodedRows?]
    /// For each head, one label a row: 0 or 1, a class's index, a standardised target; NaN where missing.
    let labels: [[Float]]
    /// What a frozen encoder gives for each row, once computed.
    var cached: CachedRepresentation?

    init(_ model: Model, table: Table, pool: WorkerPool, labels: [[Float]]) throws {
        rowCount = table.rowCount
        encoded = try EncodedRows(model.features, table: table, pool: pool)
        own = try model.heads.map { try $0.features.map { try EncodedRows($0, table: table, pool: pool) } }
        self.labels = labels
    }
}

/// What a frozen encoder gives, row by row, by the head's statistics.
struct CachedRepresentation {
    let trunk: RowMatrix
    let input: RowMatrix?
}

/// One batch in memory: the parts of `TrainingRows` that some listed rows make up.
final class TrainingBatch {
    private let source: TrainingRows
    private let encoded: GatherBuffer
    private let own: [GatherBuffer?]
    private let trunk: UnsafeMutablePointer<Float>?
    private let input: UnsafeMutablePointer<Float>?
    private(set) var rows = 0
    private(set) var features: FeatureBatch?
    private(set) var ownFeatures: [FeatureBatch?]
    /// For each head, one a row.
    let labels: [UnsafeMutablePointer<Float>]
    /// For each head, one a row; below 0 is missing.
    let classes: [UnsafeMutablePointer<Int32>]
    /// For each head, how many rows have a label.
    private(set) var present: [Int]

    init(_ source: TrainingRows, capacity: Int) {
        self.source = source
        encoded = GatherBuffer(source.encoded, capacity: capacity)
        own = source.own.map { $0.map { GatherBuffer($0, capacity: capacity) } }
        ownFeatures = source.own.map { _ in nil }
        trunk = source.cached.map { .allocate(capacity: capacity * $0.trunk.width) }
        input = source.cached?.input.map { .allocate(capacity: capacity * $0.width) }
        labels = source.labels.map { _ in .allocate(capacity: capacity) }
        classes = source.labels.map { _ in .allocate(capacity: capacity) }
        present = source.labels.map { _ in 0 }
    }

    deinit {
        trunk?.deallocate()
        input?.deallocate()
        labels.forEach { $0.deallocate() }
        classes.forEach { $0.deallocate() }
    }

    /// Fills the batch with the rows listed.
    func gather(_ list: UnsafeBufferPointer<Int32>) {
        rows = list.count
        if let cached = source.cached {
            copy(list, cached.trunk, to: trunk)
            if let matrix = cached.input { copy(list, matrix, to: input) }
        } else {
            features = encoded.gather(list)
        }
        for index in own.indices {
            ownFeatures[index] = own[index]?.gather(list)
            var count = 0
            source.labels[index].withUnsafeBufferPointer { all in
                for (target, row) in list.enumerated() {
                    let label = all[Int(row)]
                    labels[index][target] = label
                    classes[index][target] = label.isNaN ? -1 : Int32(max(-1e9, min(1e9, label)))
                    if !label.isNaN { count += 1 }
                }
            }
            present[index] = count
        }
    }

    private func copy(_ list: UnsafeBufferPointer<Int32>, _ matrix: RowMatrix, to target: UnsafeMutablePointer<Float>?)
    {
        guard let target else { return }
        for (index, row) in list.enumerated() {
            (target + index * matrix.width).update(from: matrix.values + Int(row) * matrix.width, count: matrix.width)
        }
    }

    /// The representation of some of the batch's rows: the encoder run on them, or what it gave before.
    func representation(_ model: Model, _ tape: Tape, _ range: Range<Int>) -> Representation? {
        if let cached = source.cached, let trunk {
            let (rows, width) = (range.count, cached.trunk.width)
            let first = tape.input(trunk + range.lowerBound * width, Shape(rows, width))
            guard let matrix = cached.input, let input else { return Representation(trunk: first, input: nil) }
            let second = tape.input(input + range.lowerBound * matrix.width, Shape(rows, matrix.width))
            return Representation(trunk: first, input: second)
        }
        return features.map { model.encode(tape, $0, range) }
    }

    /// A head's logits of some of the batch's rows.
    func logits(_ head: Head, _ index: Int, _ representation: Representation, _ range: Range<Int>) -> Tensor {
        head(representation, isStandardised: source.cached != nil, own: ownFeatures[index], range: range)
    }
}
