import ArgumentParser
import OCI
import ZooRegistry

/// `zoo yank`: a word against a model.
struct YankCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "yank",
        abstract: "Warn everybody who uses a model, and list what is built on it.",
        discussion: """
            Examples:
              zoo yank shop-mmoe:1.0.0 --reason "trained on leaked labels"
              zoo yank shop-mmoe:1.0.0 --undo

            Nothing is removed: fine-tunes pin the model by digest and go on working. zoo
            pull, finetune, evaluate and predict warn of it, and of what is built on it.
            The word is an artifact beside the model, which stays; --undo adds another one.
            """
    )

    @OptionGroup var model: ReferenceArgument

    @Option(name: .long, help: "Why; shown to everybody who uses the model.")
    var reason: String?

    @Flag(name: .long, help: "Take it back.")
    var undo = false

    @OptionGroup var output: OutputOptions
    @OptionGroup var store: StoreOptions

    func validate() throws {
        guard undo || !(reason ?? "").isEmpty else { throw ValidationError("Say why, with --reason TEXT") }
        guard (reason ?? "").utf8.count <= 1000 else { throw ValidationError("--reason takes at most 1000 characters") }
    }

    func run() throws {
        let registry = try store.registry()
        let entry = try registry.resolve(model.reference)
        let name = entry.reference ?? model.reference
        let event = try registry.yank(entry, reason: reason ?? "", undo: undo)
        let descendants = ModelRegistry.references(try registry.descendants(of: entry.descriptor.digest))
        if output.format == .json {
            return try Output.json(
                YankDocument(
                    reference: entry.reference,
                    digest: entry.descriptor.digest.description,
                    yanked: !undo,
                    event: event?.digest.description,
                    descendants: descendants
                )
            )
        }
        if output.quiet { return try descendants.forEach { try Output.line(TerminalText.escape($0)) } }
        let change =
            event == nil
            ? (undo ? "was not yanked" : "was yanked for that reason already")
            : undo ? "is no longer yanked" : "is yanked"
        try Output.line(TerminalText.escape("\(name) \(change)"))
        guard !undo, !descendants.isEmpty else { return }
        try Output.line("built on it:")
        for descendant in descendants { try Output.line("  " + TerminalText.escape(descendant)) }
    }
}

private struct YankDocument: Encodable {
    let reference: String?
    let digest: String
    let yanked: Bool
    let event: String?
    let descendants: [String]
}
