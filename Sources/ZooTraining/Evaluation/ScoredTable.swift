import ZooModel
import ZooTensor

/// A model beside a table that it is to score.
struct ScoredTable {
    let model: Model
    let table: Table
    /// Rows and labels skipped.
    private(set) var badRows: Int
    private let maxBadRows: Int
    private let rows: TrainingRows
    private let scorer: Scorer

    /// Reads a model's directory and a data file.
    ///
    /// - Throws: `ZooModelError` for the model's files, `ZooTrainingError` for the table.
    init(
        _ directory: String,
        _ path: String,
        tasks: [String]?,
        labels: Schema.Labels,
        maxBadRows: Int,
        cache: String?,
        pool: WorkerPool
    ) throws {
        let place = ModelDirectory(directory)
        model = try place.load(tasks: tasks)
        guard let first = model.heads.first else {
            throw ZooTrainingError(.notFound, "\(directory) has no head: there is nothing to score with")
        }
        var schema = try place.schema()
        let own = try TaskFile.read("\(place.head(first.task.name))/task.yaml")
        schema.source = own.source ?? schema.source
        schema.features =
            schema.encoderFeatures + model.heads.flatMap { $0.features?.features.map(\.definition) ?? [] }
        schema.tasks = model.heads.map(\.task)
        table = try RunSupport.table(
            path,
            schema.source,
            schema.columnRequests(labels: labels),
            maxBadRows: maxBadRows,
            // A job that found nothing to score today has nothing to report, and no fault.
            allowsNoRows: labels == .unread,
            threads: pool.threads,
            cache: cache,
            progress: nil
        )
        (badRows, self.maxBadRows) = (table.badRowCount, maxBadRows)
        rows = try TrainingRows(model, table: table, labels: model.heads.map { _ in nil })
        scorer = Scorer(model, step: ShardedStep(store: model.store, pool: pool, seed: 0), hasFixedWeights: true)
    }

    /// How much of the features' data was missing or not seen in training.
    var coverage: [FeatureCoverage] { rows.encoded.coverage() + rows.own.flatMap { $0?.coverage() ?? [] } }

    /// Scores beside the table's labels.
    ///
    /// - Throws: `ZooTrainingError` for a label outside a task's classes, before anything is scored.
    mutating func taskScores() throws -> [TaskScores] {
        var bad = BadRows(table, allowed: maxBadRows)
        let labels = try bad.labels(of: model, in: table).map(\.values)
        badRows = bad.count
        let scores = scorer.scores(scorer.loader(rows, RowSelection(allOf: table.rowCount)))
        return model.heads.enumerated().map { TaskScores($1, scores: scores[$0], labels: labels[$0]) }
    }

    /// Scores in each task's own unit, some rows at a time in the table's order.
    func forEachBatch(_ body: ([TaskScores]) throws -> Void) rethrows {
        try scorer.forEachBatch(scorer.loader(rows, RowSelection(allOf: table.rowCount))) { scores in
            try body(zip(model.heads, scores).map { TaskScores($0, scores: Array($1), labels: []) })
        }
    }
}
