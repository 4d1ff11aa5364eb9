import ArgumentParser
import OCI
import ZooRegistry

/// `zoo tag`: another name for a model.
struct TagCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tag",
        abstract: "Give a model another tag.",
        discussion: """
            Examples:
              zoo tag again:1.0.0 again:production
              zoo tag again:1.1.0 again:production --move
            """
    )

    @OptionGroup var model: ReferenceArgument

    @Argument(help: ArgumentHelp("The new tag, NAME:TAG.", valueName: "name:tag"))
    var name: String

    @Flag(name: .long, help: "Move the tag if it points to another model.")
    var move = false

    @OptionGroup var output: OutputOptions
    @OptionGroup var store: StoreOptions

    func run() throws {
        let registry = try store.registry()
        let entry = try registry.resolve(model.reference)
        let previous = try registry.tag(entry, as: name, move: move)
        let digest = entry.descriptor.digest.description
        if output.format == .json {
            return try Output.json(TagDocument(reference: name, digest: digest, previous: previous?.description))
        }
        if !output.quiet {
            let moved = previous.map { " (was \($0))" } ?? ""
            try Output.line("\(TerminalText.escape(name)) is \(digest)\(moved)")
        }
    }
}

private struct TagDocument: Encodable {
    let reference: String
    let digest: String
    let previous: String?
}
