import ZooModel
import ZooTensor

/// Runs a model forward over rows and keeps every head's scores.
final class Scorer {
    private let model: Model
    private let step: ShardedStep
    private static let batchSize = 4096

    init(_ model: Model, step: ShardedStep) {
        self.model = model
        self.step = step
    }

    /// For each head, [rows, outputs]: probabilities, or standardised predictions.
    func scores(_ source: TrainingRows, rows list: [Int32]) -> [[Float]] {
        var results = model.heads.map { [Float](repeating: 0, count: list.count * $0.outputs) }
        let batch = TrainingBatch(source, capacity: min(Self.batchSize, max(1, list.count)))
        let (model, step) = (model, step)
        list.withUnsafeBufferPointer { list in
            var start = 0
            while start < list.count {
                let count = min(Self.batchSize, list.count - start)
                batch.gather(UnsafeBufferPointer(rebasing: list[start..<start + count]))
                let targets = results.indices.map { index in
                    results[index].withUnsafeMutableBufferPointer { $0.baseAddress }
                }
                nonisolated(unsafe) let places = targets
                nonisolated(unsafe) let batch = batch
                let first = start
                step.infer(rows: count) { tape, range in
                    guard let shared = batch.representation(model, tape, range) else { return }
                    for (index, head) in model.heads.enumerated() {
                        let scores = head.scores(batch.logits(head, index, shared, range)).values
                        guard let base = scores.baseAddress else { continue }
                        places[index]?.advanced(by: (first + range.lowerBound) * head.outputs)
                            .update(from: base, count: scores.count)
                    }
                }
                start += count
            }
        }
        return results
    }

    /// The mean loss of scores against labels, rows without one left out; nil where none has one.
    static func loss(_ head: Head, scores: [Float], labels: [Float], rows: [Int32]) -> Double? {
        var (sum, count) = (0.0, 0)
        for (position, row) in rows.enumerated() {
            let label = labels[Int(row)]
            if label.isNaN { continue }
            count += 1
            switch head.task.kind {
            case .binary:
                let probability = Double(scores[position])
                sum -= logarithm(max(label > 0.5 ? probability : 1 - probability, 1e-7))
            case .multiclass:
                sum -= logarithm(max(Double(scores[position * head.outputs + Int(label)]), 1e-7))
            case .regression:
                let error = Double(scores[position] - label)
                sum += error * error
            }
        }
        return count > 0 ? sum / Double(count) : nil
    }

    /// Scores and labels in the task's own unit.
    static func taskScores(_ head: Head, scores: [Float], labels: [Float], rows: [Int32]) -> TaskScores {
        let target = head.configuration.target
        let isRegression = head.task.kind == .regression
        let kept = rows.map { labels[Int($0)] }
        return TaskScores(
            task: head.task.name,
            kind: TaskScores.Kind(head.task.kind),
            classes: head.configuration.classes,
            labels: isRegression ? kept.map { $0 * target.deviation + target.mean } : kept,
            scores: isRegression ? scores.map { $0 * target.deviation + target.mean } : scores,
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
