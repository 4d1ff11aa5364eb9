import ArgumentParser
import OCI
import ZooRegistry
import ZooText

/// `zoo export`: a model as one file.
struct ExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write a model to one file.",
        discussion: """
            Examples:
              zoo export again:1.0.0 model.tar        # an OCI archive, as skopeo reads it
              zoo export again:1.0.0 model.tar.zst    # smaller, for zoo import alone
            """
    )

    @OptionGroup var model: ReferenceArgument

    @Argument(help: ArgumentHelp("The file: FILE.tar or FILE.tar.zst.", valueName: "file"), completion: .file())
    var file: String

    @Flag(name: .shortAndLong, help: "Replace the file if it exists.")
    var force = false

    @OptionGroup var output: OutputOptions
    @OptionGroup var store: StoreOptions

    func validate() throws {
        let others = [".gz", ".tgz", ".bz2", ".xz", ".zip"]
        guard file != "-", !others.contains(where: file.lowercased().hasSuffix) else {
            throw ValidationError("'\(file)' is no archive that zoo writes: name FILE.tar or FILE.tar.zst")
        }
    }

    func run() throws {
        let registry = try store.registry()
        let entry = try registry.resolve(model.reference)
        let size = try registry.export(entry, to: file, overwrite: force)
        if output.format == .json {
            try Output.json(
                ExportDocument(file: file, size: size, reference: entry.reference, digest: "\(entry.descriptor.digest)")
            )
        } else if !output.quiet {
            let name = entry.reference ?? model.reference
            try Output.line("exported \(TerminalText.escape("\(name) to \(file)")), \(Amounts.bytes(size))")
        }
    }
}

private struct ExportDocument: Encodable {
    let file: String
    let size: Int
    let reference: String?
    let digest: String
}
