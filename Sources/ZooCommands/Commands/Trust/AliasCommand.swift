import ArgumentParser
import OCI
import ZooRegistry

/// `zoo alias`: which model plays a part.
struct AliasCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "alias",
        abstract: "Say which model plays a part, such as NAME@prod; list and remove aliases.",
        discussion: """
            Examples:
              zoo alias again@prod 1.0.0      # the tag again:1.0.0; or a digest
              zoo alias                       # all aliases
              zoo alias again@staging --remove
              zoo predict again@prod --data rows.csv

            An alias can stand wherever a model is named. Every move is kept: zoo log shows
            them, and zoo resolve again@prod --at 2026-11-24 says what it meant that day.
            """
    )

    @Argument(help: ArgumentHelp("NAME@ALIAS; all aliases if not given.", valueName: "alias"))
    var alias: String?

    @Argument(help: ArgumentHelp("A tag of NAME, NAME:TAG or a digest.", valueName: "tag|digest"))
    var target: String?

    @Flag(name: .long, help: "Remove the alias; the model stays.")
    var remove = false

    @OptionGroup var output: OutputOptions
    @OptionGroup var store: StoreOptions

    func validate() throws {
        guard !remove || (alias != nil && target == nil) else { throw ValidationError("--remove takes one NAME@ALIAS") }
    }

    func run() throws {
        let registry = try store.registry()
        guard let text = alias else { return try list(registry.aliases()) }
        guard let alias = try Alias(text) else {
            throw CommandError(.usage, "\(text) is no alias: NAME@ALIAS, such as again@prod")
        }
        if remove {
            let digest = try registry.removeAlias(alias)
            return try report(alias, nil, previous: digest, "removed \(alias), which was \(digest)")
        }
        guard let target else {
            _ = try registry.resolve(alias.description)
            return try list(registry.aliases().filter { $0.alias == alias })
        }
        let entry = try resolve(target, of: alias, in: registry)
        let previous = try registry.setAlias(alias, to: entry)
        let digest = entry.descriptor.digest
        let name = entry.reference.map { " \($0) " } ?? " "
        let moved = previous.map { " (was \($0))" } ?? ""
        try report(alias, digest, previous: previous, "\(alias) is\(name)\(digest)\(moved)")
    }

    /// A bare text is a tag of the alias's name first.
    private func resolve(_ target: String, of alias: Alias, in registry: ModelRegistry) throws -> ModelRegistry.Entry {
        if !target.contains(":"), !target.contains("@"), !target.contains("/"),
            let entry = try? registry.resolve("\(alias.name):\(target)")
        {
            return entry
        }
        return try registry.resolve(target)
    }

    private func report(_ alias: Alias, _ digest: Digest?, previous: Digest?, _ line: String) throws {
        if output.format == .json {
            try Output.json(
                AliasDocument(
                    alias: alias.description,
                    digest: digest?.description,
                    previous: previous?.description,
                    reference: nil
                )
            )
        } else if !output.quiet {
            try Output.line(TerminalText.escape(line))
        }
    }

    private func list(_ aliases: [ModelRegistry.AliasEntry]) throws {
        try Output.list(
            aliases.map {
                AliasRow(alias: $0.alias.description, reference: $0.reference, digest: $0.digest.description)
            },
            output
        )
        if aliases.isEmpty, output.format == .table, !output.quiet {
            StandardError.line("no aliases; zoo alias NAME@prod TAG sets one")
        }
    }
}

private struct AliasRow: ListRow {
    let alias: String
    let reference: String?
    let digest: String

    static let columns: [TextTable.Column] = [
        .init("ALIAS", minimumWidth: 8), .init("TAG", minimumWidth: 8), .init("DIGEST"),
    ]

    var cells: [String] { [alias, reference ?? "-", digest] }
    var identifier: String { alias }
}

private struct AliasDocument: Encodable {
    let alias: String
    let digest: String?
    let previous: String?
    let reference: String?
}
