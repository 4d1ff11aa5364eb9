import Glibc

extension MetricReport {
    /// Metrics of a binary task: `auc`, `pr_auc`, `log_loss`, `accuracy`, `precision`, `recall`, `f1`,
    /// `calibration_error`.
    ///
    /// A row is called positive when its probability is at least `threshold`. `labels` hold 0, 1 or NaN (missing).
    public static func binary(probabilities: [Float], labels: [Float], threshold: Float = 0.5) -> MetricReport {
        let ranked = RankedScores(scores: probabilities, labels: labels)
        let scores = BinaryScores(probabilities: probabilities, labels: labels, threshold: threshold)
        func guarded(_ value: @autoclosure () -> MetricValue) -> MetricValue {
            scores.failure.map { .undefined($0) } ?? value()
        }
        return MetricReport(
            rows: scores.rows.count,
            missing: labels.count - scores.rows.count,
            entries: [
                "auc": ranked.auc,
                "pr_auc": ranked.averagePrecision,
                "log_loss": guarded(scores.logLoss),
                "accuracy": guarded(scores.accuracy),
                "precision": guarded(scores.precision),
                "recall": guarded(scores.recall),
                "f1": guarded(scores.f1),
                "calibration_error": guarded(scores.calibrationError),
            ]
        )
    }
}

/// The labelled rows' probabilities with the confusion matrix at one threshold.
private struct BinaryScores {
    let rows: [Int]
    /// Why nothing can be computed, or nil.
    let failure: String?
    private let probabilities: [Float]
    private let labels: [Float]
    private var truePositives = 0.0
    private var falsePositives = 0.0
    private var trueNegatives = 0.0
    private var falseNegatives = 0.0

    init(probabilities: [Float], labels: [Float], threshold: Float) {
        self.probabilities = probabilities
        self.labels = labels
        rows = MetricReport.labelledRows(labels)
        if rows.isEmpty {
            failure = MetricReport.noRows
        } else if !rows.allSatisfy({ probabilities[$0] >= 0 && probabilities[$0] <= 1 }) {
            failure = MetricReport.badProbability
        } else {
            failure = nil
        }
        for row in rows {
            switch (probabilities[row] >= threshold, labels[row] >= 0.5) {
            case (true, true): truePositives += 1
            case (true, false): falsePositives += 1
            case (false, false): trueNegatives += 1
            case (false, true): falseNegatives += 1
            }
        }
    }

    /// Mean of −ln p(label).
    var logLoss: MetricValue {
        let sum = rows.reduce(0.0) { sum, row in
            let probability = MetricReport.clipped(probabilities[row])
            return sum - (labels[row] >= 0.5 ? log(probability) : log1p(-probability))
        }
        return .value(sum / Double(rows.count))
    }

    var accuracy: MetricValue {
        .value((truePositives + trueNegatives) / Double(rows.count))
    }

    var precision: MetricValue {
        .ratio(truePositives, truePositives + falsePositives, orUndefined: "no row is predicted positive")
    }

    var recall: MetricValue {
        .ratio(truePositives, truePositives + falseNegatives, orUndefined: "no row is positive")
    }

    var f1: MetricValue {
        .ratio(
            2 * truePositives,
            2 * truePositives + falsePositives + falseNegatives,
            orUndefined: "no row is positive or predicted positive"
        )
    }

    var calibrationError: MetricValue {
        CalibrationBins(
            confidences: rows.lazy.map { probabilities[$0] },
            outcomes: rows.lazy.map { labels[$0] >= 0.5 }
        ).expectedError
    }
}
