import GRDB
package import OCI
import Synchronization

/// One page of what was found.
package struct ModelListing: Sendable {
    /// A value of a facet and how many models have it.
    package struct Choice: Sendable {
        /// The value.
        package let value: String
        /// Models that would be found with it.
        package let count: Int

        /// Values with their counts, the most frequent first; none that no model has.
        fileprivate static func sorted(_ values: [String], _ counts: [Int]) -> [Choice] {
            zip(values, counts).filter { $1 > 0 }.map { Choice(value: $0, count: $1) }
                .sorted { ($1.count, $0.value) < ($0.count, $1.value) }
        }
    }

    /// About how many tags are still being read, so that they are missing here; nil for none.
    package let pending: Int?
    /// How many models were found.
    package let total: Int
    /// Those of this page, best first.
    package let models: [IndexedModel]
    /// For each facet its values among what the other wishes leave, the most frequent first.
    package let choices: [ModelFilter.Facet: [Choice]]
}

extension ModelIndex {
    /// Finds models: all words must occur; a match in the name counts most.
    ///
    /// - Parameters:
    ///   - page: from 0.
    ///   - mayRead: whether the asker may know of a repository; others are neither listed nor counted.
    package func search(
        _ filter: ModelFilter,
        page: Int = 0,
        size: Int = 30,
        mayRead: (RepositoryName) -> Bool
    ) throws -> ModelListing {
        try read { database, pending in
            let table = try table(database)
            let facets = ModelTable.facets.map { facet in
                (wanted: filter.values[facet], number: table.number(of: filter.values[facet], facet))
            }
            var counts = table.values.map { Array(repeating: 0, count: $0.count) }
            var found: [Int] = []
            for position in try Self.matches(filter, table, database) {
                let model = table.models[position]
                guard let repository = model.repository, mayRead(repository) else { continue }
                // A facet's values are counted among what the other wishes leave.
                var unmet = 0
                var unmetFacet = 0
                for (facet, wish) in facets.enumerated() where wish.wanted != nil {
                    if let number = wish.number, model.values[facet].contains(number) { continue }
                    unmet += 1
                    unmetFacet = facet
                }
                if unmet > 1 { continue }
                if unmet == 0 { found.append(position) }
                for facet in unmet == 0 ? 0..<facets.count : unmetFacet..<unmetFacet + 1 {
                    for value in model.values[facet] { counts[facet][Int(value)] += 1 }
                }
            }
            return ModelListing(
                pending: pending,
                total: found.count,
                models: try found.dropFirst(page * size).prefix(size).compactMap { position in
                    try Self.model(table.models[position].id, database)
                },
                choices: Dictionary(
                    uniqueKeysWithValues: ModelTable.facets.enumerated().map { facet, name in
                        (name, ModelListing.Choice.sorted(table.values[facet], counts[facet]))
                    }
                )
            )
        }
    }

    /// The models in memory, read again after every update.
    private func table(_ database: Database) throws -> ModelTable {
        let updates = try Int.fetchOne(database, sql: "SELECT updates FROM meta") ?? 0
        if let table = state.withLock({ $0.table }), table.updates == updates { return table }
        let table = try ModelTable(database, updates: updates)
        state.withLock { $0.table = table }
        return table
    }

    /// Positions of the models that have all the words, the best first; all of them if there are no words.
    private static func matches(
        _ filter: ModelFilter,
        _ table: ModelTable,
        _ database: Database
    ) throws -> [Int] {
        guard let match = filter.match else { return Array(table.models.indices) }
        let rows = try Row.fetchCursor(
            database,
            sql: "SELECT rowid, bm25(search, 10, 5, 4, 2, 2, 2, 1, 1) FROM search WHERE search MATCH ?",
            arguments: [match]
        )
        var matches: [(score: Double, position: Int)] = []
        while let row = try rows.next() {
            guard let position = table.positions[row[0]] else { continue }
            let isExact = table.models[position].repository?.description == filter.text
            matches.append((isExact ? -.infinity : row[1], position))
        }
        return matches.sorted { ($0.score, $0.position) < ($1.score, $1.position) }.map(\.position)
    }

    private static func model(_ id: Int64, _ database: Database) throws -> IndexedModel? {
        try Row.fetchOne(
            database,
            sql: """
                SELECT \(IndexedModel.columns) FROM model m JOIN artifact a ON a.digest = m.digest WHERE m.id = ?
                """,
            arguments: [id]
        ).map(IndexedModel.init)
    }

    /// The tags of a repository: `latest`, then the highest version first; empty for one that there is not.
    package func tags(of repository: RepositoryName) throws -> [IndexedModel.Tag] {
        try read { database, _ in try IndexedModel.Tag.all(of: repository.description, in: database) }
    }

    /// The aliases of a repository with what they mean, sorted.
    package func aliases(of repository: RepositoryName) throws -> [(label: String, digest: String)] {
        try read { database, _ in
            try Row.fetchAll(
                database,
                sql: "SELECT label, digest FROM tag WHERE repository = ? AND isAlias ORDER BY label",
                arguments: [repository.description]
            ).map { ($0[0], $0[1]) }
        }
    }
}
