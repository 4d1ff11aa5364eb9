import ArgumentParser
import OCI
import ZooRegistry

/// `zoo pull`: a model from the bundled zoo into the user's store, or any model into a directory.
struct PullCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pull",
        abstract: "Copy a model into your store, or unpack it into a directory.",
        discussion: """
            Examples:
              zoo pull shop-mmoe               # into your store, with its bases
              zoo pull shop-mmoe --into dir    # unpack: zoo.json, encoder/, heads/ …
            """
    )

    @OptionGroup var model: ReferenceArgument

    @Option(
        name: .long,
        help: ArgumentHelp("Unpack into this directory, which must be new or empty.", valueName: "dir"),
        completion: .directory
    )
    var into: String?

    @Flag(name: .long, help: "Move your tag if it points to another model.")
    var move = false

    @OptionGroup var output: OutputOptions
    @OptionGroup var store: StoreOptions

    func run() throws {
        let registry = try store.registry()
        let entry = try registry.resolve(model.reference)
        if let into {
            let artifact = try registry.artifact(entry)
            try artifact.unpack(into: into)
            return try report(
                PullDocument(reference: entry.reference, digest: entry.descriptor.digest.description, directory: into),
                "unpacked \(entry.reference ?? model.reference) into \(into)"
            )
        }
        let transfer = try registry.pull(entry, move: move)
        let document = PullDocument(
            reference: transfer.reference,
            digest: transfer.digest.description,
            growth: transfer.growth,
            bases: transfer.bases
        )
        let bases = transfer.bases.isEmpty ? "" : ", with its base \(transfer.bases.joined(separator: ", "))"
        try report(
            document,
            "pulled \(transfer.reference ?? model.reference)  \(transfer.digest)\(bases); "
                + "store grew by \(Amounts.bytes(transfer.growth))"
        )
    }

    private func report(_ document: PullDocument, _ line: String) throws {
        if output.format == .json {
            try Output.json(document)
        } else {
            try Output.line(output.quiet ? document.digest : TerminalText.escape(line))
        }
    }
}

private struct PullDocument: Encodable {
    var reference: String?
    var digest: String
    var directory: String?
    var growth: Int?
    var bases: [String]?
}
