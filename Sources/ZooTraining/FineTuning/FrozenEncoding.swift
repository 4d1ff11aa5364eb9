import ZooModel
import ZooTensor

/// Runs a frozen encoder once over rows, so that training a head reads its results instead of computing them again.
struct FrozenEncoding {
    private let model: Model
    private let head: Head
    private let step: ShardedStep
    private static let batchSize = 4096

    init(_ model: Model, _ head: Head, pool: WorkerPool) {
        self.model = model
        self.head = head
        step = ShardedStep(store: model.store, pool: pool, seed: 0)
    }

    /// Sets the head's standardiser to the statistics of at most 100,000 of the rows.
    func fitStandardiser(_ source: TrainingRows, rows: [Int32]) throws {
        guard let standardisers = head.standardisers else { return }
        let stride = max(1, rows.count / 100_000)
        let sample = Swift.stride(from: 0, to: rows.count, by: stride).map { rows[$0] }
        let values = try encode(source, sample, isStandardised: false, progress: nil)
        fit(standardisers.trunk, values.trunk, rows: sample.count)
        if let standardiser = standardisers.input, let input = values.input {
            fit(standardiser, input, rows: sample.count)
        }
    }

    private func fit(_ standardiser: Standardiser, _ matrix: RowMatrix, rows: Int) {
        var sums = [Double](repeating: 0, count: matrix.width)
        var squares = sums
        for row in 0..<rows {
            for column in 0..<matrix.width {
                let value = Double(matrix.values[row * matrix.width + column])
                sums[column] += value
                squares[column] += value * value
            }
        }
        for column in 0..<matrix.width {
            let mean = sums[column] / Double(rows)
            let deviation = max(0, squares[column] / Double(rows) - mean * mean).squareRoot()
            standardiser.mean.values[column] = Float(mean)
            // A column that hardly varies says nothing; dividing by its deviation would make it shout.
            standardiser.scale.values[column] = deviation > 1e-4 ? Float(1 / deviation) : 0
        }
    }

    /// Computes and keeps what the head reads of every row.
    func fill(_ source: TrainingRows, progress: TrainingProgress?) throws {
        let all = Array(0..<Int32(source.rowCount))
        source.cached = try encode(source, all, isStandardised: true, progress: progress)
    }

    private func encode(
        _ source: TrainingRows,
        _ list: [Int32],
        isStandardised: Bool,
        progress: TrainingProgress?
    ) throws -> CachedRepresentation {
        let trunk = try RowMatrix(rows: list.count, width: model.encoder.outputWidth)
        let input = head.needsInput ? try RowMatrix(rows: list.count, width: model.input.width) : nil
        let buffer = GatherBuffer(source.encoded, capacity: Self.batchSize)
        list.withUnsafeBufferPointer { list in
            var start = 0
            while start < list.count {
                let count = min(Self.batchSize, list.count - start)
                let batch = buffer.gather(UnsafeBufferPointer(rebasing: list[start..<start + count]))
                let first = start
                let (model, head) = (model, head)
                step.infer(rows: count) { tape, range in
                    let raw = model.encode(tape, batch, range)
                    let result = isStandardised ? head.standardise(raw) : raw
                    copy(result.trunk, to: trunk, row: first + range.lowerBound)
                    if let input, let tensor = result.input { copy(tensor, to: input, row: first + range.lowerBound) }
                }
                start += count
                progress?(.encoding(done: start, total: list.count))
            }
        }
        return CachedRepresentation(trunk: trunk, input: input)
    }

    private func copy(_ tensor: Tensor, to matrix: RowMatrix, row: Int) {
        guard let base = tensor.values.baseAddress else { return }
        (matrix.values + row * matrix.width).update(from: base, count: tensor.values.count)
    }
}
