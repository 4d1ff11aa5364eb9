import GRDB
package import OCI

/// One page of what was found.
package struct ModelListing: Sendable {
    /// A value of a facet and how many models have it.
    package struct Choice: Sendable {
        /// The value.
        package let value: String
        /// Models that would be found with it.
        package let count: Int
    }

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
        try read { database in
            var found: [Int64] = []
            var counts: [ModelFilter.Facet: [String: Int]] = [:]
            let match = filter.match
            let rows = try Row.fetchCursor(
                database,
                sql: """
                    SELECT m.id, m.repository, a.kind, a.encoder, a.tasks, a.licences
                    FROM \(match == nil ? "" : "search s JOIN ")model m \(match == nil ? "" : "ON m.id = s.rowid")
                    JOIN artifact a ON a.digest = m.digest
                    \(match == nil ? "" : "WHERE search MATCH ?")
                    ORDER BY \(match == nil ? "" : "m.repository = ? DESC, bm25(search, 10, 5, 4, 2, 2, 2, 1, 1), ")
                        m.published DESC, m.repository
                    """,
                arguments: match.map { [$0, filter.text] } ?? []
            )
            while let row = try rows.next() {
                guard let name = try? RepositoryName(row[1]), mayRead(name) else { continue }
                let values: [ModelFilter.Facet: [String]] = [
                    .kind: [row[2] ?? "other"], .encoder: [row[3] as String?].compactMap(\.self),
                    .task: IndexedModel.list(row[4]), .licence: IndexedModel.list(row[5]),
                ]
                let unmet = filter.values.filter { values[$0.key]?.contains($0.value) != true }.map(\.key)
                if unmet.isEmpty { found.append(row[0]) }
                for (facet, values) in values where unmet.allSatisfy({ $0 == facet }) {
                    for value in values { counts[facet, default: [:]][value, default: 0] += 1 }
                }
            }
            let shown = found.dropFirst(page * size).prefix(size)
            return ModelListing(
                total: found.count,
                models: try shown.compactMap { id in
                    try Row.fetchOne(
                        database,
                        sql: """
                            SELECT \(IndexedModel.columns) FROM model m JOIN artifact a ON a.digest = m.digest
                            WHERE m.id = ?
                            """,
                        arguments: [id]
                    ).map(IndexedModel.init)
                },
                choices: counts.mapValues { counts in
                    counts.map { ModelListing.Choice(value: $0.key, count: $0.value) }
                        .sorted { ($1.count, $0.value) < ($0.count, $1.value) }
                }
            )
        }
    }

    /// The tags of a repository: `latest`, then the highest version first; empty for one that there is not.
    package func tags(of repository: RepositoryName) throws -> [IndexedModel.Tag] {
        try read { try IndexedModel.Tag.all(of: repository.description, in: $0) }
    }

    /// The aliases of a repository with what they mean, sorted.
    package func aliases(of repository: RepositoryName) throws -> [(label: String, digest: String)] {
        try read { database in
            try Row.fetchAll(
                database,
                sql: "SELECT label, digest FROM tag WHERE repository = ? AND isAlias ORDER BY label",
                arguments: [repository.description]
            ).map { ($0[0], $0[1]) }
        }
    }
}
