package import ArgumentParser
import ZooRegistry
import ZooTraining

/// `zoo finetune`: puts a head for a new task on a published encoder.
package struct FineTune: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "finetune",
        abstract: "Train a head for a new task on a published encoder.",
        discussion: """
            Example: a head from 500 labelled rows, and the same network from scratch.

              zoo data simulate --out shop
              zoo finetune shop-mmoe --task shop/task.yaml \\
                --data shop/new-task-500.csv --publish again:frozen
              zoo finetune shop-mmoe --task shop/task.yaml \\
                --data shop/new-task-500.csv --mode scratch \\
                --publish again:scratch
              zoo evaluate again:frozen --data shop/new-task-test.csv

            Modes: frozen trains the head alone (the encoder runs once per row), partial
            thaws the encoder's last layer or the layers named by --thaw, full trains all
            of it at a smaller rate, scratch starts the same network anew. The new artifact
            shares the base's encoder blobs and pins its digest.
            """
    )

    /// What is trained.
    package enum Mode: String, ExpressibleByArgument, CaseIterable {
        case frozen, partial, full, scratch

        fileprivate var training: TrainingMode {
            switch self {
            case .frozen: .frozen
            case .partial: .partial
            case .full: .full
            case .scratch: .scratch
            }
        }
    }

    @Argument(help: ArgumentHelp("The base: name[:tag][@sha256:…].", valueName: "ref"), completion: .models)
    package var reference: String

    @Option(
        name: .long,
        help: ArgumentHelp("The new task, with features of its own if it has any.", valueName: "yaml"),
        completion: .file()
    )
    package var task: String

    @Option(
        name: .long,
        help: ArgumentHelp("The labelled rows; - reads standard input.", valueName: "file"),
        completion: .file()
    )
    package var data: String

    @Option(name: .long, help: "What is trained.")
    package var mode: Mode = .frozen

    @Option(
        name: .long,
        help: ArgumentHelp("With partial: an encoder layer to train too; may be given again.", valueName: "layer")
    )
    package var thaw: [String] = []

    @Option(
        name: .long,
        help: ArgumentHelp("How to train (default: what suits the mode).", valueName: "yaml"),
        completion: .file()
    )
    package var recipe: String?

    @OptionGroup package var training: TrainingArguments
    @OptionGroup package var store: StoreOptions
    @OptionGroup package var output: OutputOptions

    package init() {}

    package func validate() throws {
        guard thaw.isEmpty || mode == .partial else {
            throw ValidationError("--thaw goes with --mode partial")
        }
    }

    package func run() throws {
        let destination = try ModelDestination(training, store)
        let workspace = try store.registry().scratch(inStore: training.publish != nil)
        let base = try OpenedModel(published: reference, store: store, in: workspace)
        let rows = try DataArgument(data, store: store, in: workspace)
        let session = try TrainingSession(training, home: store.homePath, workspace: workspace, output: output)
        var options = FineTuning.Options(
            base: base.trainingBase,
            taskFile: task,
            dataFile: rows.path,
            mode: mode.training,
            output: session.modelDirectory
        )
        options.recipe = try adaptedRecipe()
        options.thaw = thaw
        options.validationFile = training.valid
        options.threads = training.reading.threadCount
        options.maxBadRows = training.reading.maxBadRows
        options.cacheDirectory = rows.cacheDirectory
        options.checkpointDirectory = session.checkpointDirectory
        options.resume = training.resume
        let result = try base.naming {
            try rows.naming { try session.train { try FineTuning.run(options, progress: $0, shouldStop: $1) } }
        }
        let publication = try destination.finish(result, base: base)
        session.removeCheckpoint()
        try session.report(result, publication.map(PublicationDocument.init))
    }

    /// What suits the mode, with the recipe's and then the user's options in its place.
    private func adaptedRecipe() throws -> Recipe {
        let suited = Recipe.fineTuning(mode: mode.training)
        var adapted = try recipe.map { try Recipe.read($0, defaults: suited) } ?? suited
        training.override(&adapted)
        return adapted
    }
}
