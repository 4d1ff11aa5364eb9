package import ArgumentParser
import ZooRegistry
import ZooTraining

/// `zoo evaluate`: a model's metrics on labelled rows.
package struct Evaluate: ParsableCommand {
    package static let configuration = CommandConfiguration(
        abstract: "Measure a model on labelled rows, task by task.",
        discussion: """
            Example: how good is a head on rows that it has not seen?

              zoo evaluate again:1.0.0 --data shop/new-task-test.csv

            Prints each task's metrics (docs/metrics.md) and, for each feature, the share
            of rows where its value is missing or was not seen in training. Where the
            schema names a column with the true probability, as a simulation knows it, the
            best AUC that any model could reach stands beside ours.
            """
    )

    @Argument(
        help: ArgumentHelp("The model: name[:tag][@sha256:…], or a directory.", valueName: "ref"),
        completion: .models
    )
    package var reference: String

    @Option(
        name: .long,
        help: ArgumentHelp("The labelled rows; - reads standard input.", valueName: "file"),
        completion: .file()
    )
    package var data: String

    @Option(name: .long, help: "Only this task; may be given again.")
    package var task: [String] = []

    @OptionGroup package var reading: ReadingArguments
    @OptionGroup package var store: StoreOptions
    @OptionGroup package var output: OutputOptions

    package init() {}

    package func run() throws {
        let workspace = try store.registry().scratch(inStore: false)
        let model = try OpenedModel(reference, store: store, in: workspace)
        let rows = try DataArgument(data, store: store, in: workspace)
        var options = Evaluation.Options(directory: model.directory, dataFile: rows.path)
        options.tasks = task.isEmpty ? nil : task
        options.threads = reading.threadCount
        options.maxBadRows = reading.maxBadRows
        options.cacheDirectory = rows.cacheDirectory
        let result = try model.naming { try rows.naming { try Evaluation.run(options) } }
        let metrics = result.tasks.map { TaskMetrics($0, truth: result.truth[$0.task]) }
        if output.format == .json {
            try Output.json(EvaluationDocument(result, metrics: metrics, model: model, data: rows.text))
        } else {
            try Output.write(TaskMetrics.table(metrics))
            if !output.quiet {
                try Output.write(CoverageTable.text(result))
            }
        }
    }
}
