import Foundation
import Testing
import ZooCommands
import ZooTraining

struct MetricsTableTests {
    private let tasks = [
        TaskMetrics(
            task: "click",
            kind: "binary",
            report: .binary(probabilities: [0.1, 0.2, 0.4, 0.3], labels: [0, 0, 1, .nan]),
            best: .value(0.75)
        ),
        TaskMetrics(task: "stars", kind: "regression", report: .regression(predictions: [1, 2], targets: [1, 4])),
    ]

    @Test func aTableHasAColumnForEachTask() {
        #expect(
            TaskMetrics.table(tasks) == """
                METRIC                 CLICK   STARS
                rows                       3       2
                rows without a label       1       0
                auc                   1.0000
                best possible auc     0.7500
                pr_auc                1.0000
                log_loss              0.4149
                accuracy              0.6667
                precision                  –
                recall                0.0000
                f1                    0.0000
                calibration_error     0.3000
                rmse                          1.4142
                mae                           1.0000
                – click: precision undefined: no row is predicted positive

                """
        )
    }

    @Test func jsonSaysWhatIsUndefinedAndWhy() throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let empty = TaskMetrics(task: "t", kind: "regression", report: .regression(predictions: [], targets: []))
        let json = String(decoding: try encoder.encode(TaskMetricsDocument(empty)), as: UTF8.self)
        #expect(
            json == #"{"kind":"regression","metrics":{},"missing":0,"rows":0,"task":"t","#
                + #""undefined":{"mae":"no row has a label","rmse":"no row has a label"}}"#
        )
        let best = String(decoding: try encoder.encode(TaskMetricsDocument(tasks[0])), as: UTF8.self)
        #expect(best.contains(#""bestAUC":0.75"#))
    }

    @Test func namesFromOutsideCannotDriveTheTerminal() {
        let report = MetricReport.binary(probabilities: [], labels: [])
        let text = TaskMetrics.table([TaskMetrics(task: "a\u{1B}[2J", kind: "binary", report: report)])
        #expect(!text.contains("\u{1B}"))
    }
}
