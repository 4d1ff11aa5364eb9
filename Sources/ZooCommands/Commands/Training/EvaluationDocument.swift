import ZooText
import ZooTraining

/// What `zoo evaluate --format json` prints.
struct EvaluationDocument: Encodable {
    struct Coverage: Encodable {
        let feature: String
        let missing: Double
        let unseen: Double
    }

    let reference: String
    let digest: String?
    let data: String
    let dataDigest: String
    let rows: Int
    let badRows: Int
    let seconds: Double
    let tasks: [TaskMetricsDocument]
    let features: [Coverage]

    init(_ result: EvaluationResult, metrics: [TaskMetrics], model: OpenedModel, data: String) {
        reference = model.reference
        digest = model.digest
        self.data = data
        dataDigest = result.data.digest
        rows = result.rows
        badRows = result.badRows
        seconds = result.seconds
        tasks = metrics.map(TaskMetricsDocument.init)
        features = result.coverage.map { Coverage(feature: $0.feature, missing: $0.missing, unseen: $0.unseen) }
    }
}

/// The share of rows, feature by feature, whose value was missing or not seen in training.
enum CoverageTable {
    static func text(_ result: EvaluationResult) -> String {
        var table = TextTable(columns: [
            .init("FEATURE", minimumWidth: 8), .init("MISSING", .trailing), .init("UNSEEN", .trailing),
        ])
        for feature in result.coverage {
            table.append([feature.feature, percent(feature.missing), percent(feature.unseen)])
        }
        let speed = ProgressLine.rate(Double(result.rows) / max(result.seconds, 1e-9))
        var text = result.coverage.isEmpty ? "" : "\n" + table.rendered()
        text += "\n\(Amounts.plural(result.rows, "row")) in \(ProgressLine.time(result.seconds)), \(speed) rows/s"
        text += result.badRows > 0 ? "; \(Amounts.plural(result.badRows, "bad row")) skipped\n" : "\n"
        return text
    }

    private static func percent(_ share: Double) -> String {
        "\(Amounts.fixed(share * 100, 2)) %"
    }
}
