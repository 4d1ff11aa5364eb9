import Glibc

extension MetricReport {
    /// Metrics of a multi-class task: `accuracy`, `top_K_accuracy` (with more than K classes), `macro_auc` (one class
    /// against the rest), `macro_precision`, `macro_recall`, `macro_f1`, `log_loss`, `calibration_error` (of the top
    /// class).
    ///
    /// `probabilities` is row-major, [rows, classes]; `labels` hold a class index or NaN (missing). As in scikit-learn,
    /// macro averages run over the classes that occur among labels or predictions, a class never predicted having
    /// precision 0; among equal probabilities the first class is the prediction, and the last ranks first in the top K.
    public static func multiclass(
        probabilities: [Float],
        labels: [Float],
        classes: [String],
        topK: Int = 3
    ) -> MetricReport {
        let scores = MulticlassScores(probabilities: probabilities, labels: labels, classes: classes)
        func guarded(_ value: @autoclosure () -> MetricValue) -> MetricValue {
            scores.failure.map { .undefined($0) } ?? value()
        }
        var report = MetricReport(
            rows: scores.rows.count,
            missing: labels.count - scores.rows.count,
            entries: ["accuracy": guarded(scores.accuracy)]
        )
        if classes.count > topK {
            report.append("top_\(topK)_accuracy", guarded(scores.topAccuracy(topK)))
        }
        report.append("macro_auc", guarded(scores.macroAUC))
        report.append("macro_precision", guarded(scores.macroPrecision))
        report.append("macro_recall", guarded(scores.macroRecall))
        report.append("macro_f1", guarded(scores.macroF1))
        report.append("log_loss", guarded(scores.logLoss))
        report.append("calibration_error", guarded(scores.calibrationError))
        return report
    }
}

/// The labelled rows' class probabilities with the counts that every multi-class metric needs.
private struct MulticlassScores {
    let rows: [Int]
    /// Why nothing can be computed, or nil.
    let failure: String?
    private let probabilities: [Float]
    private let names: [String]
    private let classes: Int
    private var labels: [Int] = []
    private var predictions: [Int] = []
    private var hits: [Double]
    private var predicted: [Double]
    private var actual: [Double]

    init(probabilities: [Float], labels: [Float], classes names: [String]) {
        self.probabilities = probabilities
        self.names = names
        classes = names.count
        rows = MetricReport.labelledRows(labels)
        failure = Self.failure(probabilities: probabilities, labels: labels, rows: rows, classes: classes)
        hits = [Double](repeating: 0, count: classes)
        predicted = hits
        actual = hits
        guard failure == nil else { return }
        for row in rows {
            let label = Int(labels[row])
            let first = row * classes
            var best = 0
            for other in 1..<max(classes, 1) where probabilities[first + other] > probabilities[first + best] {
                best = other
            }
            self.labels.append(label)
            predictions.append(best)
            actual[label] += 1
            predicted[best] += 1
            if label == best { hits[label] += 1 }
        }
    }

    private static func failure(probabilities: [Float], labels: [Float], rows: [Int], classes: Int) -> String? {
        if rows.isEmpty { return MetricReport.noRows }
        if classes < 1 || probabilities.count != labels.count * classes {
            return "the scores are not one per row and class"
        }
        if !rows.allSatisfy({ labels[$0] >= 0 && labels[$0] < Float(classes) }) {
            return "a label is not a class of the task"
        }
        let valid = rows.allSatisfy { row in
            (row * classes..<(row + 1) * classes).allSatisfy { probabilities[$0] >= 0 && probabilities[$0] <= 1 }
        }
        return valid ? nil : MetricReport.badProbability
    }

    private func probability(_ position: Int, _ candidate: Int) -> Float {
        probabilities[rows[position] * classes + candidate]
    }

    var accuracy: MetricValue {
        .value(hits.reduce(0, +) / Double(rows.count))
    }

    func topAccuracy(_ depth: Int) -> MetricValue {
        let found = rows.indices.count { position in
            let label = labels[position]
            let own = probability(position, label)
            let ahead = (0..<classes).count { other in
                let theirs = probability(position, other)
                return theirs > own || (theirs == own && other > label)
            }
            return ahead < depth
        }
        return .value(Double(found) / Double(rows.count))
    }

    var macroAUC: MetricValue {
        var sum = 0.0
        for candidate in 0..<classes {
            let ranked = RankedScores(
                scores: rows.indices.map { probability($0, candidate) },
                labels: labels.map { $0 == candidate ? 1 : 0 }
            )
            guard let value = ranked.auc.number else {
                return .undefined("\(ranked.positives == 0 ? "no" : "every") row is of class '\(names[candidate])'")
            }
            sum += value
        }
        return .value(sum / Double(classes))
    }

    var macroPrecision: MetricValue { macro { predicted[$0] == 0 ? 0 : hits[$0] / predicted[$0] } }
    var macroRecall: MetricValue { macro { actual[$0] == 0 ? 0 : hits[$0] / actual[$0] } }
    var macroF1: MetricValue { macro { 2 * hits[$0] / (actual[$0] + predicted[$0]) } }

    private func macro(_ value: (Int) -> Double) -> MetricValue {
        let seen = (0..<classes).filter { actual[$0] + predicted[$0] > 0 }
        return .value(seen.reduce(0) { $0 + value($1) } / Double(seen.count))
    }

    /// Mean of −ln p(label); a row's probabilities are taken to sum to one.
    var logLoss: MetricValue {
        let sum = rows.indices.reduce(0.0) { $0 - log(MetricReport.clipped(probability($1, labels[$1]))) }
        return .value(sum / Double(rows.count))
    }

    var calibrationError: MetricValue {
        CalibrationBins(
            confidences: rows.indices.lazy.map { probability($0, predictions[$0]) },
            outcomes: zip(predictions, labels).lazy.map { $0 == $1 }
        ).expectedError
    }
}
