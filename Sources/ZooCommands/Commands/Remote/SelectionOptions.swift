import ArgumentParser
import ZooRegistry

/// Which parts of a model to take: `--head`, `--no-heads`, `--config-only`.
struct SelectionOptions: ParsableArguments {
    @Option(name: .long, help: ArgumentHelp("Only this head, with the encoder; may be given again.", valueName: "name"))
    var head: [String] = []

    @Flag(name: .customLong("no-heads"), help: "The encoder alone.")
    var noHeads = false

    @Flag(name: .customLong("config-only"), help: "Only what describes the model: documents, schema, vocabularies.")
    var configOnly = false

    init() {}

    func validate() throws {
        guard !noHeads || head.isEmpty else { throw ValidationError("--no-heads and --head exclude each other") }
    }

    /// The parts.
    var selection: ModelSelection {
        ModelSelection(heads: noHeads ? [] : head.isEmpty ? nil : Set(head), hasWeights: !configOnly)
    }
}
