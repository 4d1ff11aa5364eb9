import ArgumentParser
import OCI
import ZooRegistry

/// `zoo show`: all there is to know of a model.
struct ShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show a model: card, features, tasks, metrics, layers, lineage.",
        discussion: """
            Examples:
              zoo show shop-mmoe
              zoo show again:1.0.0 --format json
            """
    )

    @OptionGroup var model: ReferenceArgument
    @OptionGroup var output: OutputOptions
    @OptionGroup var store: StoreOptions

    func run() throws {
        let registry = try store.registry()
        let entry = try registry.resolve(model.reference)
        let document = try ModelReport(entry, in: registry)
        if output.format == .json {
            try Output.json(document)
        } else if output.quiet {
            try Output.line(document.digest)
        } else {
            try document.print()
        }
    }
}
