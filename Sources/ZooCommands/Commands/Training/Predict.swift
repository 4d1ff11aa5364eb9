package import ArgumentParser
import ZooRegistry
import ZooText
import ZooTraining

/// `zoo predict`: a model's scores for rows, in their order.
package struct Predict: ParsableCommand {
    package static let configuration = CommandConfiguration(
        abstract: "Score rows: a column for each task, a line for each row.",
        discussion: """
            Examples: a file to a file, and as part of a pipeline.

              zoo predict again:1.0.0 --data shop/new-task-test.csv --out scores.csv
              head -n 100 shop/new-task-test.csv \\
                | zoo predict again:1.0.0 --data - | head -n 3

            A binary task gives its probability, a regression task its value, a multi-class
            task a column TASK.CLASS of probabilities for each class. Rows keep their
            order.
            """
    )

    @Argument(
        help: ArgumentHelp("The model: name[:tag][@sha256:…], or a directory.", valueName: "ref"),
        completion: .models
    )
    package var reference: String

    @Option(
        name: .long,
        help: ArgumentHelp("The rows; - reads standard input.", valueName: "file"),
        completion: .file()
    )
    package var data: String

    @Option(
        name: .long,
        help: ArgumentHelp("Where the scores go, as CSV; - writes standard output.", valueName: "file"),
        completion: .file()
    )
    package var out = "-"

    @Option(name: .long, help: "Only this task; may be given again.")
    package var task: [String] = []

    @Flag(name: .shortAndLong, help: "No summary on standard error.")
    package var quiet = false

    @OptionGroup package var reading: ReadingArguments
    @OptionGroup package var store: StoreOptions

    package init() {}

    package func run() throws {
        let workspace = try store.registry().scratch(inStore: false)
        let model = try OpenedModel(reference, store: store, in: workspace)
        let rows = try DataArgument(data, store: store, in: workspace)
        let scores = try ScoresDestination(out, data: rows, in: workspace)
        var options = Prediction.Options(
            directory: model.directory,
            dataFile: rows.path,
            output: scores.path
        )
        options.tasks = task.isEmpty ? nil : task
        options.threads = reading.threadCount
        options.maxBadRows = reading.maxBadRows
        options.cacheDirectory = rows.cacheDirectory
        let result = try model.naming { try rows.naming { try Prediction.run(options) } }
        try scores.finish()
        if !quiet {
            let speed = ProgressLine.rate(Double(result.rows) / max(result.seconds, 1e-9))
            let skipped = result.badRows > 0 ? ", \(Amounts.plural(result.badRows, "bad row")) skipped" : ""
            StandardError.line("\(Amounts.plural(result.rows, "row")) scored, \(speed) rows/s\(skipped)")
        }
    }
}
