import ArgumentParser
import OCI
import ZooRegistry
import ZooText

/// `zoo import`: models from one file.
struct ImportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Read models from a file that zoo export or skopeo wrote.",
        discussion: """
            Examples:
              zoo import again.tar.zst
              zoo import again.tar --as copy:1
            """
    )

    @Argument(help: ArgumentHelp("The archive.", valueName: "file"), completion: .file())
    var file: String

    @Option(name: .customLong("as"), help: ArgumentHelp("Tag to give, NAME:TAG.", valueName: "name:tag"))
    var name: String?

    @Flag(name: .long, help: "Move tags that point to other models.")
    var move = false

    @OptionGroup var output: OutputOptions
    @OptionGroup var store: StoreOptions

    func run() throws {
        let transfers = try store.registry().importArchive(file, as: name, move: move)
        if output.format == .json {
            return try Output.json(
                transfers.map { ImportDocument(reference: $0.reference, digest: "\($0.digest)", growth: $0.growth) }
            )
        }
        for transfer in transfers {
            let line = "imported \(transfer.reference ?? "")  \(transfer.digest); store grew by "
            try Output.line(
                output.quiet ? "\(transfer.digest)" : TerminalText.escape(line) + Amounts.bytes(transfer.growth)
            )
        }
    }
}

private struct ImportDocument: Encodable {
    let reference: String?
    let digest: String
    let growth: Int
}
