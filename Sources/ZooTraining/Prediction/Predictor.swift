public import ZooModel
import ZooTensor

/// Scores encoded rows on the caller's thread, without allocating: for services and single rows.
///
/// The first row makes the tables that later rows read (at most 64 MB), so score one before serving. The weights must
/// stay as they are.
public final class Predictor {
    private let model: Model
    private let head: Head
    private let tape: Tape

    /// A predictor of one task of a loaded model.
    ///
    /// - Throws: `ZooModelError` `.notFound` where the model has no such head.
    public init(_ model: Model, task: String) throws {
        self.model = model
        head = try model.head(task)
        tape = Tape(store: model.store)
        tape.projections = EmbeddingProjections()
    }

    /// Scores a row.
    public var outputs: Int { head.outputs }

    /// Writes [rows, outputs] scores: probabilities, or predictions in the target's unit.
    ///
    /// - Parameters:
    ///   - batch: rows encoded by the encoder's features.
    ///   - own: the same rows encoded by the head's own features, where it has any.
    public func predict(_ batch: FeatureBatch, own: FeatureBatch? = nil, into scores: UnsafeMutablePointer<Float>) {
        tape.reset(.inference)
        let range = 0..<batch.rows
        let values = head.scores(head(model.encode(tape, batch, range), own: own, range: range)).values
        let target = head.configuration.target
        guard head.task.kind == .regression else {
            if let base = values.baseAddress { scores.update(from: base, count: values.count) }
            return
        }
        for index in values.indices { scores[index] = values[index] * target.deviation + target.mean }
    }
}
