#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif
import ZooTraining

/// Quality by the product's own trainer: pretrains with a recipe and scores rows that training has not seen.
enum QualityBenchmark {
    /// Trains on `data`, early stopping on `valid` ("-" for none), once for each seed; reports every test metric.
    static func pretrain(
        _ name: String,
        schema: String,
        recipe: String,
        data: String,
        valid: String,
        test: String,
        seeds: ArraySlice<String>
    ) throws {
        for seed in seeds.compactMap({ UInt64($0) }) {
            let directory = FileManager.default.temporaryDirectory
                .appending(path: "zoo-quality-\(ProcessInfo.processInfo.processIdentifier)-\(seed)").path
            defer { try? FileManager.default.removeItem(atPath: directory) }
            var settings = try Recipe.read(recipe)
            settings.seed = seed
            if Report.isQuick { settings.epochs = 1 }
            var options = Pretraining.Options(
                schemaFile: schema,
                dataFile: data,
                recipe: settings,
                output: directory
            )
            options.validationFile = valid == "-" ? nil : valid
            options.threads = Report.threads
            let result = try Pretraining.run(options)
            Report.figure("train \(name) by recipe", "zoo", result.rowsPerSecond, "rows/s")
            try score(name, directory, test)
        }
    }

    private static func score(_ name: String, _ directory: String, _ test: String) throws {
        var options = Evaluation.Options(directory: directory, dataFile: test)
        options.threads = Report.threads
        for task in try Evaluation.run(options).tasks {
            let report: MetricReport =
                switch task.kind {
                case .binary: .binary(probabilities: task.scores, labels: task.labels)
                case .regression: .regression(predictions: task.scores, targets: task.labels)
                case .multiclass:
                    .multiclass(probabilities: task.scores, labels: task.labels, classes: task.classes.count)
                }
            for entry in report.entries where ["auc", "rmse", "log_loss"].contains(entry.name) {
                guard let value = entry.value.number else { continue }
                Report.figure("\(name) \(task.task)", "zoo", value, entry.name == "auc" ? "AUC" : entry.name)
            }
        }
    }
}
