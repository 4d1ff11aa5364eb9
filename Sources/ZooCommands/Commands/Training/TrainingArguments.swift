package import ArgumentParser
package import ZooTraining

/// What `zoo pretrain` and `zoo finetune` have in common.
package struct TrainingArguments: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "Rows to validate on; without it a part of the training rows is held out.",
            valueName: "file"
        ),
        completion: .file()
    )
    package var valid: String?

    @Option(name: .long, help: ArgumentHelp("Publish the model under this name.", valueName: "name:tag"))
    package var publish: String?

    @Flag(name: .long, help: "Move the tag if it points to another model.")
    package var move = false

    @Option(
        name: .long,
        help: ArgumentHelp("Write the model directory here (it must not exist yet).", valueName: "dir"),
        completion: .directory
    )
    package var out: String?

    @Option(
        name: .long,
        help: ArgumentHelp("The model card, in Markdown.", valueName: "file"),
        completion: .file(extensions: ["md"])
    )
    package var card: String?

    @Option(
        name: [.customLong("licence"), .customLong("license")],
        help: ArgumentHelp("A licence of the model, as SPDX names it; may be given again.", valueName: "id")
    )
    package var licences: [String] = []

    @Option(name: .long, help: "Seed of every random choice; the same seed gives the same digest.")
    package var seed: UInt64?

    @Option(name: .long, help: "Passes over the training rows at most.")
    package var epochs: Int?

    @Option(name: .customLong("lr"), help: ArgumentHelp("Peak learning rate.", valueName: "rate"))
    package var learningRate: Float?

    @Option(name: .long, help: "Rows a step.")
    package var batchSize: Int?

    @OptionGroup
    package var reading: ReadingArguments

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Keep each epoch's checkpoint here (default: under the store, removed after success).",
            valueName: "dir"
        ),
        completion: .directory
    )
    package var checkpoint: String?

    @Flag(name: .long, help: "Go on from the checkpoint that an interrupted run left.")
    package var resume = false

    @Option(
        name: .long,
        help: ArgumentHelp("Write TensorBoard curves: losses of each task, learning rates, speed.", valueName: "dir"),
        completion: .directory
    )
    package var tensorboard: String?

    @Flag(name: .shortAndLong, help: "Say more: files read, learning rates.")
    package var verbose = false

    package init() {}

    package func validate() throws {
        guard publish != nil || out != nil else {
            throw ValidationError("Name where the model goes: --publish NAME:TAG, --out DIR or both")
        }
        guard !move || publish != nil else {
            throw ValidationError("--move goes with --publish")
        }
        guard epochs.map({ (1...1_000_000).contains($0) }) ?? true else {
            throw ValidationError("--epochs must be between 1 and 1000000")
        }
        guard batchSize.map({ (1...1_000_000).contains($0) }) ?? true else {
            throw ValidationError("--batch-size must be between 1 and 1000000")
        }
        // What a recipe cannot say is not recorded either, and could not be reproduced.
        let rates = Recipe.rates
        guard learningRate.map({ (Float(rates.lowerBound)...Float(rates.upperBound)).contains($0) }) ?? true else {
            throw ValidationError("--lr must be between \(rates.lowerBound) and \(rates.upperBound)")
        }
        guard seed.map({ $0 <= UInt64(Recipe.seeds.upperBound) }) ?? true else {
            throw ValidationError("--seed must be at most \(Recipe.seeds.upperBound)")
        }
    }

    /// Puts the options that the user gave in place of the recipe's.
    package func override(_ recipe: inout Recipe) {
        recipe.seed = seed ?? recipe.seed
        if let epochs { (recipe.epochs, recipe.leastSteps) = (epochs, nil) }
        recipe.batchSize = batchSize ?? recipe.batchSize
        recipe.optimiser.rate = learningRate ?? recipe.optimiser.rate
    }
}
