import ArgumentParser
import ZooRegistry

/// `zoo log`: where a model comes from, what came of it, what its names meant.
struct LogCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "log",
        abstract: "Show a model's lineage both ways, the moves of its tags and aliases, and what is attached to it.",
        discussion: """
            Examples:
              zoo log again:1.0.0
              zoo log again@prod --format json
            """
    )

    @OptionGroup var model: ReferenceArgument
    @OptionGroup var output: OutputOptions
    @OptionGroup var store: StoreOptions

    func run() throws {
        let registry = try store.registry()
        let log = try registry.log(of: registry.resolve(model.reference))
        let report = try LogReport(log, in: registry)
        if output.format == .json {
            try Output.json(report)
        } else if output.quiet {
            try report.line.forEach { try Output.line($0.digest) }
        } else {
            try report.print()
        }
    }
}
