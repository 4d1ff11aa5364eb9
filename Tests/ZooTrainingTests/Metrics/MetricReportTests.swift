import Testing
import ZooTraining

struct MetricReportTests {
    private func report(_ golden: GoldenMetrics) -> MetricReport {
        let labels = golden.labels.map { $0 ?? .nan }
        return switch golden.kind {
        case "binary":
            .binary(probabilities: golden.scores, labels: labels, threshold: golden.threshold ?? 0.5)
        case "multiclass":
            .multiclass(
                probabilities: golden.scores,
                labels: labels,
                classes: (0..<(golden.classes ?? 0)).map(String.init)
            )
        default:
            .regression(predictions: golden.scores, targets: labels)
        }
    }

    @Test(arguments: GoldenMetrics.all)
    func agreesWithScikitLearn(_ golden: GoldenMetrics) throws {
        let report = report(golden)
        #expect(Set(report.entries.map(\.name)) == Set(golden.expected.keys))
        var largest = 0.0
        for (name, expected) in golden.expected {
            let value = try #require(report[name])
            if let expected {
                let number = try #require(value.number, "\(name) should be \(expected), is \(value)")
                largest = max(largest, abs(number - expected) / max(1, abs(expected)))
            } else {
                #expect(value.reason?.isEmpty == false, "\(name) should be undefined, is \(value)")
            }
        }
        print("\(golden.testDescription): largest relative difference \(largest)")
        #expect(largest < 1e-12)
    }

    @Test func countsMissingLabels() {
        let report = MetricReport.binary(probabilities: [0.1, 0.9, 0.4], labels: [0, .nan, 1])
        #expect(report.rows == 2)
        #expect(report.missing == 1)
        #expect(report["auc"] == .value(1))
    }

    @Test func saysWhyThereIsNoValue() {
        let single = MetricReport.binary(probabilities: [0.1, 0.2], labels: [0, 0])
        #expect(single["auc"] == .undefined("no row is positive"))
        #expect(single["precision"] == .undefined("no row is predicted positive"))
        #expect(single["accuracy"] == .value(1))
        let broken = MetricReport.binary(probabilities: [.nan, 0.2], labels: [0, 1])
        #expect(broken["auc"] == .undefined("a score is not a number"))
        #expect(broken["log_loss"] == .undefined("a score is not a probability"))
        let far = MetricReport.binary(probabilities: [-3, 4], labels: [0, 1])
        #expect(far["auc"] == .value(1))
        #expect(far["f1"] == .undefined("a score is not a probability"))
        let absent = MetricReport.multiclass(probabilities: [0.5, 0.5], labels: [1], classes: ["a", "b"])
        #expect(absent["macro_auc"] == .undefined("no row is of class 'a'"))
        let unbounded = MetricReport.regression(predictions: [.infinity], targets: [1])
        #expect(unbounded["rmse"] == .undefined("a prediction or target is not finite"))
    }

    @Test func refusesScoresAndLabelsThatDoNotFit() {
        let short = MetricReport.multiclass(probabilities: [0.5, 0.5], labels: [1, 0], classes: ["a", "b"])
        #expect(short["accuracy"] == .undefined("the scores are not one per row and class"))
        let outside = MetricReport.multiclass(probabilities: [0.5, 0.5], labels: [2], classes: ["a", "b"])
        #expect(outside["accuracy"] == .undefined("a label is not a class of the task"))
    }

    @Test func ranksZerosAndInfinitiesAsNumbers() {
        let zeros = RankedScores(scores: [-0.0, 0.0], labels: [1, 0])
        #expect(zeros.auc == .value(0.5))
        let infinities = RankedScores(scores: [.infinity, -.infinity, -1, 1], labels: [1, 0, 0, 1])
        #expect(infinities.auc == .value(1))
        #expect(infinities.positives == 2)
        #expect(infinities.negatives == 2)
    }

    /// The definition itself, quadratic: every pair of a positive and a negative row.
    @Test func aucIsTheShareOfPairsRankedRightly() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<50 {
            let rows = Int.random(in: 2...60, using: &generator)
            let scores = (0..<rows).map { _ in Float(Int.random(in: -4...4, using: &generator)) / 4 }
            let labels = (0..<rows).map { _ in Float(Int.random(in: 0...1, using: &generator)) }
            var won = 0.0
            var pairs = 0.0
            for positive in 0..<rows where labels[positive] == 1 {
                for negative in 0..<rows where labels[negative] == 0 {
                    pairs += 1
                    won += scores[positive] > scores[negative] ? 1 : scores[positive] == scores[negative] ? 0.5 : 0
                }
            }
            let auc = RankedScores(scores: scores, labels: labels).auc
            #expect(pairs == 0 ? auc.number == nil : auc == .value(won / pairs))
        }
    }
}
