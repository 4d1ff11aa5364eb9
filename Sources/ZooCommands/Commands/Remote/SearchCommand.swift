import ArgumentParser
import OCI
import ZooRegistry

/// `zoo search`: models whose name, tasks, encoder, kind or base have all the words.
struct SearchCommand: LocalFirstCommand {
    static let configuration = CommandConfiguration(
        commandName: "search",
        abstract: "Find models here and in registries by words in name, tasks, encoder, kind or base.",
        discussion: """
            Looks through your store, the bundled zoo and the default registry of
            config.yaml, or through one registry. A registry that is zoo serve also looks
            into features and cards, and shows each model once.

            Examples:
              zoo search click
              zoo search mmoe rating --kind encoder
              zoo search churn --remote registry.example.com
            """
    )

    @Argument(help: "Words that must all be there; upper and lower case are the same.")
    var words: [String]

    @Option(name: .long, help: "Only this kind: encoder, head or delta.", transform: ListCommand.parseKind)
    var kind: ModelDocument.Kind?

    @Option(
        name: .long,
        help: ArgumentHelp("Only in this registry: HOST[:PORT][/PREFIX].", valueName: "registry")
    )
    var remote: String?

    @OptionGroup var connection: RemoteOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var store: StoreOptions

    nonisolated(nonsending) func start() async throws {
        let configuration = try connection.configuration(home: store.homePath)
        let query = ModelQuery(words: words, kind: kind)
        var rows: [ListCommand.Row] = []
        if remote == nil {
            rows = try store.registry().entries().filter { query.matches($0.reference ?? "", $0.summary) }
                .map(ListCommand.Row.init)
        }
        let place = remote.map(RegistryArgument.withoutScheme) ?? configuration.defaultRegistry
        if let place, remote != nil || !configuration.isOffline {
            do {
                rows += try await connection.run(configuration) { session in
                    try await session.search(RemotePlace(place), query, unreadable: RemoteOptions.warn)
                }.map(ListCommand.Row.init)
            } catch  where remote == nil {
                StandardError.warning("\(place) was not searched: \(Failure(error).message)")
            }
        }
        try Output.list(rows, output)
        if rows.isEmpty, output.format == .table, !output.quiet {
            StandardError.line("nothing found")
        }
    }
}
