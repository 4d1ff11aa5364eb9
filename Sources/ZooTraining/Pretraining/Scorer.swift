import ZooModel
import ZooTensor

/// Runs a model forward over rows.
final class Scorer {
    private let model: Model
    private let step: ShardedStep
    /// Whether no training goes on between two calls.
    private let hasFixedWeights: Bool
    /// For each head the scores of a batch, [rows, outputs].
    private let buffers: [UnsafeMutablePointer<Float>]
    /// Rows scored at once.
    static let batchSize = 4096

    init(_ model: Model, step: ShardedStep, hasFixedWeights: Bool = false) {
        self.model = model
        self.step = step
        self.hasFixedWeights = hasFixedWeights
        buffers = model.heads.map { .allocate(capacity: Self.batchSize * $0.outputs) }
    }

    deinit { buffers.forEach { $0.deallocate() } }

    /// A loader of rows to score, in the table's order.
    func loader(_ source: TrainingRows, _ rows: RowSelection) -> BatchLoader {
        BatchLoader(
            source,
            rows,
            batchSize: Self.batchSize,
            memory: BatchLoader.scoringMemory,
            pool: step.pool
        )
    }

    /// Scores all rows of a loader of this scorer's, batch after batch; for each head [rows, outputs] probabilities, or
    /// standardised predictions.
    func forEachBatch(_ loader: BatchLoader, _ body: ([UnsafeBufferPointer<Float>]) throws -> Void) rethrows {
        let (model, buffers) = (model, buffers)
        // A table row costs about as much as its slot's part of a row to score.
        let projections =
            hasFixedWeights && loader.rowCount >= Self.batchSize
            ? EmbeddingProjections(expectedRows: loader.rowCount / 4) : nil
        loader.start(epoch: 0)
        while let batch = loader.next() {
            nonisolated(unsafe) let batch = batch
            step.infer(rows: batch.rows, projections: projections) { tape, range in
                guard let shared = batch.representation(model, tape, range) else { return }
                for (index, head) in model.heads.enumerated() {
                    let scores = head.scores(batch.logits(head, index, shared, range)).values
                    guard let base = scores.baseAddress else { continue }
                    (buffers[index] + range.lowerBound * head.outputs).update(from: base, count: scores.count)
                }
            }
            try body(
                zip(model.heads, buffers).map { UnsafeBufferPointer(start: $1, count: batch.rows * $0.outputs) }
            )
        }
    }

    /// The scores of all rows of a loader of this scorer's, one array a head.
    func scores(_ loader: BatchLoader) -> [[Float]] {
        var results: [[Float]] = model.heads.map { head in
            var scores: [Float] = []
            scores.reserveCapacity(loader.rowCount * head.outputs)
            return scores
        }
        forEachBatch(loader) { scores in
            for (index, part) in scores.enumerated() { results[index].append(contentsOf: part) }
        }
        return results
    }

    /// The mean loss of scores against labels, that which training minimises, rows without one left out; nil where none
    /// has one.
    static func loss(_ head: Head, scores: [Float], labels: [Float]) -> Double? {
        var (sum, count) = (0.0, 0)
        for (row, label) in labels.enumerated() where !label.isNaN {
            count += 1
            switch head.task.kind {
            case .binary:
                let probability = Double(scores[row])
                sum -= logarithm(max(label > 0.5 ? probability : 1 - probability, 1e-7))
            case .multiclass:
                sum -= logarithm(max(Double(scores[row * head.outputs + Int(label)]), 1e-7))
            case .regression:
                sum += head.task.loss.value(ofError: Double(scores[row] - label), head.configuration.target)
            }
        }
        return count > 0 ? sum / Double(count) : nil
    }
}

extension TaskDefinition.Loss {
    /// What a standardised prediction's error costs, as the engine's losses have it.
    fileprivate func value(ofError error: Double, _ target: HeadConfiguration.Target) -> Double {
        guard case .huber(let delta) = self else { return error * error }
        let limit = Double(delta / target.deviation)
        return abs(error) <= limit ? 0.5 * error * error : limit * (abs(error) - 0.5 * limit)
    }
}

extension TaskScores {
    /// A head's scores, brought to the task's own unit, beside labels in it.
    init(_ head: Head, scores: [Float], labels: [Float]) {
        let target = head.configuration.target
        self.init(
            task: head.task.name,
            kind: Kind(head.task.kind),
            classes: head.configuration.classes,
            labels: labels,
            scores: head.task.kind == .regression ? scores.map { $0 * target.deviation + target.mean } : scores,
            outputs: head.outputs
        )
    }
}

extension TaskScores.Kind {
    init(_ kind: TaskDefinition.Kind) {
        switch kind {
        case .binary: self = .binary
        case .multiclass: self = .multiclass
        case .regression: self = .regression
        }
    }
}
