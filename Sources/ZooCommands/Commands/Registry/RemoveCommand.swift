import ArgumentParser
import OCI
import ZooRegistry

/// `zoo rm`: removes tags.
struct RemoveCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rm",
        abstract: "Remove tags from your store; zoo gc frees the space.",
        discussion: """
            Example:
              zoo rm again:1.0.0 && zoo gc

            The last tag of a model that others are built on stays, unless --force is given.
            """
    )

    @Argument(help: ArgumentHelp("The tags to remove.", valueName: "ref"), completion: .models)
    var references: [String]

    @Flag(name: .shortAndLong, help: "Remove it even if other models are built on it.")
    var force = false

    @OptionGroup var output: OutputOptions
    @OptionGroup var store: StoreOptions

    func run() throws {
        let registry = try store.registry()
        var documents: [RemovalDocument] = []
        for reference in references {
            let removal = try registry.remove(reference, force: force)
            documents.append(RemovalDocument(removal))
            for orphan in removal.orphans {
                StandardError.warning("\(orphan) has lost its base \(removal.reference)@\(removal.digest)")
            }
            if output.format == .table, !output.quiet {
                let kept = removal.isStillTagged ? " (another tag keeps its content)" : ""
                try Output.line("removed \(TerminalText.escape(removal.reference))\(kept)")
            }
        }
        if output.format == .json {
            try Output.json(documents)
        }
    }
}

private struct RemovalDocument: Encodable {
    let reference: String
    let digest: String
    let stillTagged: Bool
    let orphans: [String]

    init(_ removal: Removal) {
        reference = removal.reference
        digest = removal.digest.description
        stillTagged = removal.isStillTagged
        orphans = removal.orphans
    }
}
