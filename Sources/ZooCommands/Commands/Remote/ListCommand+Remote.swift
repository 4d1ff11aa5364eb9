import ZooRegistry

extension ListCommand {
    /// Lists what registries have; `text` is empty for the bundled zoo and the default registry.
    func list(_ text: String) async throws {
        let text = RegistryArgument.withoutScheme(text)
        let registry = try store.registry()
        let configuration = try connection.configuration(home: store.homePath)
        // After --remote without a registry comes the prefix, which is none.
        let isPlace = RemotePlace.isRegistry(RemotePlace(text).registry)
        let start = isPlace || text.isEmpty ? prefix ?? "" : text
        let query = ModelQuery(words: [], kind: kind)
        var rows: [Row] = []
        if !isPlace {
            rows = try registry.entries()
                .filter { $0.origin == .bundled && ($0.reference ?? "").hasPrefix(start) }
                .filter { query.matches($0.reference ?? "", $0.summary) }
                .map(Row.init)
        }
        if let place = isPlace ? text : configuration.defaultRegistry, isPlace || !configuration.isOffline {
            let entries = try await connection.run(configuration) { session in
                try await session.catalog(RemotePlace(place), prefix: start, unreadable: RemoteOptions.warn)
            }
            rows += entries.filter { query.matches($0.reference.description, $0.summary) }.map(Row.init)
        }
        try Output.list(rows, output)
        if rows.isEmpty, output.format == .table, !output.quiet {
            StandardError.line("no models there")
        }
    }
}
