import ZooModel
import ZooTensor

/// Runs a frozen encoder once over rows, so that training a head reads its results instead of computing them again.
struct FrozenEncoding {
    private let model: Model
    private let head: Head
    private let step: ShardedStep
    private static let batchSize = 4096
    /// Rows that statistics are taken of.
    private static let sampleRows = 100_000

    init(_ model: Model, _ head: Head, pool: WorkerPool) {
        self.model = model
        self.head = head
        step = ShardedStep(store: model.store, pool: pool, seed: 0)
    }

    /// Sets the head's standardiser to the statistics of about 100,000 of the rows, or of all if they are fewer.
    func fitStandardiser(_ source: TrainingRows, rows: RowSelection) throws {
        guard let standardisers = head.standardisers else { return }
        let sample = rows.thinned(to: Self.sampleRows)
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
        let all = RowSelection(allOf: source.table.rowCount)
        source.cached = try encode(source, all, isStandardised: true, progress: progress)
    }

    private func encode(
        _ source: TrainingRows,
        _ rows: RowSelection,
        isStandardised: Bool,
        progress: TrainingProgress?
    ) throws -> CachedRepresentation {
        let trunk = try RowMatrix(rows: rows.count, width: model.encoder.outputWidth)
        let input = head.needsInput ? try RowMatrix(rows: rows.count, width: model.input.width) : nil
        let result = CachedRepresentation(trunk: trunk, input: input)
        let loader = BatchLoader(
            source,
            rows,
            batchSize: Self.batchSize,
            memory: BatchLoader.scoringMemory,
            pool: step.pool
        )
        var done = 0
        while let batch = loader.next() {
            nonisolated(unsafe) let batch = batch
            let first = done
            let (model, head) = (model, head)
            step.infer(rows: batch.rows) { tape, range in
                guard let raw = batch.representation(model, tape, range) else { return }
                let result = isStandardised ? head.standardise(raw) : raw
                copy(result.trunk, to: trunk, row: first + range.lowerBound)
                if let input, let tensor = result.input { copy(tensor, to: input, row: first + range.lowerBound) }
            }
            done += batch.rows
            if done / Self.batchSize % 64 == 0 { result.releaseMemory() }
            progress?(.encoding(done: done, total: rows.count))
        }
        return result
    }

    private func copy(_ tensor: Tensor, to matrix: RowMatrix, row: Int) {
        guard let base = tensor.values.baseAddress else { return }
        (matrix.values + row * matrix.width).update(from: base, count: tensor.values.count)
    }
}
