package import ZooModel
import ZooTensor

/// One batch in memory, filled again and again by its ``BatchLoader``.
package final class TrainingBatch {
    private let source: TrainingRows
    private let encoded: BatchBuffer?
    private let own: [BatchBuffer?]
    private let trunk: UnsafeMutablePointer<Float>?
    private let input: UnsafeMutablePointer<Float>?
    /// How many rows there are.
    package private(set) var rows = 0
    /// What the encoder reads; nil where its results are cached.
    package private(set) var features: FeatureBatch?
    package private(set) var ownFeatures: [FeatureBatch?]
    /// The row of the table that each row is.
    package let tableRows: UnsafeMutablePointer<Int32>
    /// For each head, one a row; NaN is missing.
    package let labels: [UnsafeMutablePointer<Float>]
    /// For each head, one a row; below 0 is missing.
    package let classes: [UnsafeMutablePointer<Int32>]
    /// For each head, how many rows have a label.
    package private(set) var present: [Int]

    init(_ source: TrainingRows, encoded: RecordWindow?, own: [RecordWindow?], capacity: Int) {
        self.source = source
        self.encoded = encoded.map { BatchBuffer($0, batchSize: capacity) }
        self.own = own.map { $0.map { BatchBuffer($0, batchSize: capacity) } }
        ownFeatures = own.map { _ in nil }
        trunk = source.cached.map { .allocate(capacity: capacity * $0.trunk.width) }
        input = source.cached?.input.map { .allocate(capacity: capacity * $0.width) }
        tableRows = .allocate(capacity: capacity)
        labels = source.labels.map { _ in .allocate(capacity: capacity) }
        classes = source.labels.map { _ in .allocate(capacity: capacity) }
        present = source.labels.map { _ in 0 }
    }

    deinit {
        trunk?.deallocate()
        input?.deallocate()
        tableRows.deallocate()
        labels.forEach { $0.deallocate() }
        classes.forEach { $0.deallocate() }
    }

    /// Fills the batch with the rows at some places of a window.
    ///
    /// - Parameters:
    ///   - windowRows: for each place the table's row.
    ///   - windowLabels: for each place a label a head.
    func gather(
        _ places: UnsafeBufferPointer<Int32>,
        windowRows: UnsafePointer<Int32>,
        windowLabels: UnsafePointer<Float>
    ) {
        rows = places.count
        for (index, place) in places.enumerated() { tableRows[index] = windowRows[Int(place)] }
        if let cached = source.cached {
            copy(cached.trunk, to: trunk)
            if let matrix = cached.input { copy(matrix, to: input) }
        } else {
            features = encoded?.gather(places)
        }
        for head in labels.indices {
            ownFeatures[head] = own[head]?.gather(places)
            var count = 0
            for (index, place) in places.enumerated() {
                let label = windowLabels[Int(place) * labels.count + head]
                labels[head][index] = label
                classes[head][index] = label.isNaN ? -1 : Int32(max(-1e9, min(1e9, label)))
                if !label.isNaN { count += 1 }
            }
            present[head] = count
        }
    }

    private func copy(_ matrix: RowMatrix, to target: UnsafeMutablePointer<Float>?) {
        guard let target else { return }
        for index in 0..<rows {
            let row = Int(tableRows[index])
            (target + index * matrix.width).update(from: matrix.values + row * matrix.width, count: matrix.width)
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
