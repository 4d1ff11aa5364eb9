package import ArgumentParser
import ZooRegistry
import ZooTraining

/// `zoo pretrain`: turns a table into an encoder and its heads.
package struct Pretrain: ParsableCommand {
    package static let configuration = CommandConfiguration(
        abstract: "Train an encoder and its tasks' heads on a table.",
        discussion: """
            Example: simulate a shop, train an encoder on it, see what was published.

              zoo data simulate --out shop --events 50000
              zoo pretrain --schema shop/schema.yaml --data shop/train.csv \\
                --valid shop/valid.csv --publish my-shop:1.0.0
              zoo show my-shop:1.0.0

            The schema says which columns are features and which are labels, the recipe how
            to train (docs/schema.md, docs/recipe.md); without a recipe, a mixture of four
            experts is trained for up to six epochs, a small table for more. Ctrl-C stops
            at a clean point; the same command with --resume goes on from the last finished
            epoch and ends with the same digest as a run that was never stopped.
            """
    )

    @Option(name: .long, help: ArgumentHelp("The table's schema.", valueName: "yaml"), completion: .file())
    package var schema: String

    @Option(
        name: .long,
        help: ArgumentHelp(
            "The training rows: CSV, TSV or JSON Lines, compressed or not; - reads standard input.",
            valueName: "file"
        ),
        completion: .file()
    )
    package var data: String

    @Option(
        name: .long,
        help: ArgumentHelp("How to train (default: what suits most tables).", valueName: "yaml"),
        completion: .file()
    )
    package var recipe: String?

    @OptionGroup package var training: TrainingArguments
    @OptionGroup package var store: StoreOptions
    @OptionGroup package var output: OutputOptions

    package init() {}

    package func run() throws {
        let destination = try ModelDestination(training, store)
        var recipe = try recipe.map { try Recipe.read($0) } ?? Recipe.pretraining
        training.override(&recipe)
        let workspace = try store.registry().scratch(inStore: training.publish != nil)
        let rows = try DataArgument(data, store: store, in: workspace)
        let session = try TrainingSession(training, home: store.homePath, workspace: workspace, output: output)
        var options = Pretraining.Options(
            schemaFile: schema,
            dataFile: rows.path,
            recipe: recipe,
            output: session.modelDirectory
        )
        options.validationFile = training.valid
        options.threads = training.reading.threadCount
        options.maxBadRows = training.reading.maxBadRows
        options.cacheDirectory = rows.cacheDirectory
        options.checkpointDirectory = session.checkpointDirectory
        options.resume = training.resume
        let result = try rows.naming {
            try session.train { try Pretraining.run(options, progress: $0, shouldStop: $1) }
        }
        let publication = try destination.finish(result, base: nil)
        session.removeCheckpoint()
        try session.report(result, publication.map(PublicationDocument.init))
    }
}
