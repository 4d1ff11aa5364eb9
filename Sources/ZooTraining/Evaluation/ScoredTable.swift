import ZooModel
import ZooTensor

/// A table with every head's scores of its rows.
struct ScoredTable {
    let model: Model
    let table: Table
    let scores: [[Float]]
    let coverage: [FeatureCoverage]

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
            threads: pool.threads,
            cache: cache,
            progress: nil
        )
        let none = [Float](repeating: .nan, count: table.rowCount)
        let rows = try TrainingRows(model, table: table, pool: pool, labels: model.heads.map { _ in none })
        coverage = rows.encoded.coverage + rows.own.flatMap { $0?.coverage ?? [] }
        let step = ShardedStep(store: model.store, pool: pool, seed: 0)
        scores = Scorer(model, step: step).scores(rows, rows: Array(0..<Int32(table.rowCount)))
    }

    /// Scores beside the table's labels.
    func taskScores() throws -> [TaskScores] {
        let all = Array(0..<Int32(table.rowCount))
        return try model.heads.enumerated().map { index, head in
            let classes = head.configuration.classes
            let column = try LabelReader.read(
                head.task,
                from: table,
                classes: classes.isEmpty ? nil : classes,
                isTraining: false
            )
            let labels = RunSupport.standardised(column.values, head.configuration.target)
            var result = Scorer.taskScores(head, scores: scores[index], labels: labels, rows: all)
            result.labels = column.values
            return result
        }
    }

    /// Scores in each task's own unit, without labels.
    func predictions() -> [TaskScores] {
        let none = [Float](repeating: .nan, count: table.rowCount)
        let all = Array(0..<Int32(table.rowCount))
        return model.heads.enumerated().map { index, head in
            Scorer.taskScores(head, scores: scores[index], labels: none, rows: all)
        }
    }
}
