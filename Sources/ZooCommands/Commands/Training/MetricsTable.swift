import ZooText
package import ZooTraining

/// One task's metrics on some rows, as the commands print them.
package struct TaskMetrics {
    package let task: String
    package let kind: String
    package let report: MetricReport
    /// What the true probabilities themselves score, where the data has them: no model can be expected to do better.
    package let best: MetricValue?

    package init(task: String, kind: String, report: MetricReport, best: MetricValue? = nil) {
        self.task = task
        self.kind = kind
        self.report = report
        self.best = best
    }

    /// The metrics of `scores`; `truth` holds each row's true probability where the data has it.
    package init(_ scores: TaskScores, truth: [Float]? = nil) {
        let report: MetricReport =
            switch scores.kind {
            case .binary: .binary(probabilities: scores.scores, labels: scores.labels)
            case .multiclass:
                .multiclass(probabilities: scores.scores, labels: scores.labels, classes: scores.classes)
            case .regression: .regression(predictions: scores.scores, targets: scores.labels)
            }
        let best = scores.kind == .binary ? truth.map { RankedScores(scores: $0, labels: scores.labels).auc } : nil
        self.init(task: scores.task, kind: "\(scores.kind)", report: report, best: best)
    }
}

extension TaskMetrics {
    /// A table with a column for each task and a row for each metric; then what is undefined, and why.
    package static func table(_ tasks: [TaskMetrics]) -> String {
        var table = TextTable(
            columns: [.init("METRIC")] + tasks.map { .init(TerminalText.escape($0.task.uppercased()), .trailing) }
        )
        table.append(["rows"] + tasks.map { Amounts.count($0.report.rows) })
        if tasks.contains(where: { $0.report.missing > 0 }) {
            table.append(["rows without a label"] + tasks.map { Amounts.count($0.report.missing) })
        }
        var names: [String] = []
        for entry in tasks.flatMap(\.report.entries) where !names.contains(entry.name) {
            names.append(entry.name)
        }
        for name in names {
            table.append([name] + tasks.map { cell($0.report[name]) })
            if name == "auc", tasks.contains(where: { $0.best != nil }) {
                table.append(["best possible auc"] + tasks.map { cell($0.best) })
            }
        }
        var text = table.rendered()
        for task in tasks {
            let undefined = task.report.entries.compactMap { entry in entry.value.reason.map { (entry.name, $0) } }
            for reason in Set(undefined.map(\.1)).sorted() {
                let metrics = undefined.filter { $0.1 == reason }.map(\.0).joined(separator: ", ")
                text += TerminalText.escape("– \(task.task): \(metrics) undefined: \(reason)") + "\n"
            }
        }
        return text
    }

    private static func cell(_ value: MetricValue?) -> String {
        switch value {
        case .value(let number): Amounts.fixed(number, abs(number) < 1000 ? 4 : 1)
        case .undefined: "–"
        case nil: ""
        }
    }
}

/// A task's metrics as JSON: `metrics` holds what has a value, `undefined` the reason of what has none.
package struct TaskMetricsDocument: Encodable {
    let task: String
    let kind: String
    let rows: Int
    let missing: Int
    let metrics: [String: Double]
    let undefined: [String: String]
    let bestAUC: Double?

    package init(_ metrics: TaskMetrics) {
        task = metrics.task
        kind = metrics.kind
        rows = metrics.report.rows
        missing = metrics.report.missing
        self.metrics = metrics.report.numbers
        let reasons = metrics.report.entries.compactMap { entry in entry.value.reason.map { (entry.name, $0) } }
        undefined = Dictionary(reasons) { first, _ in first }
        bestAUC = metrics.best?.number
    }
}
