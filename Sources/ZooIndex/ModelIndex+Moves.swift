import GRDB
package import OCI

/// A change of a tag or an alias.
package struct IndexedMove: Sendable {
    /// When, UTC in ISO 8601.
    package let time: String
    /// The tag `1.0.0`, or the alias `@prod`.
    package let label: String
    /// What it points to since, `sha256:…`; nil if it was removed.
    package let digest: String?
    /// What it pointed to before; nil if it is new.
    package let previous: String?
}

extension ModelIndex {
    /// The last moves of a repository's tags and aliases, the last first, and how many there are in all.
    package func moves(
        of repository: RepositoryName,
        limit: Int
    ) throws -> (moves: [IndexedMove], total: Int) {
        try read { database, _ in
            let moves = try Row.fetchAll(
                database,
                sql: "SELECT time, name, digest, previous FROM move WHERE repository = ? ORDER BY id DESC LIMIT ?",
                arguments: [repository.description, limit]
            ).map { row in
                let label = (row[1] as String).dropFirst(repository.description.count)
                return IndexedMove(
                    time: row[0],
                    label: String(label.first == ":" ? label.dropFirst() : label),
                    digest: row[2],
                    previous: row[3]
                )
            }
            let total = try Int.fetchOne(
                database,
                sql: "SELECT count(*) FROM move WHERE repository = ?",
                arguments: [repository.description]
            )
            return (moves, total ?? moves.count)
        }
    }
}

/// Reads on in the store's log of tags.
struct MoveUpdate {
    private let store: LayoutStore

    init(_ store: LayoutStore) { self.store = store }

    /// Takes over what the log has gained, at most so many bytes of it.
    ///
    /// - Returns: bytes that are left.
    func apply(_ database: Database, maxBytes: Int) throws -> Int {
        var start = try Int.fetchOne(database, sql: "SELECT logEnd FROM meta") ?? 0
        let size = try store.historySize()
        guard size != start else { return 0 }
        if size < start {
            // It is another log.
            try database.execute(sql: "DELETE FROM move")
            start = 0
        }
        let (events, end) = try store.history(from: start, maxBytes: maxBytes)
        let statement = try database.cachedStatement(
            sql: "INSERT INTO move (repository, name, time, digest, previous) VALUES (?, ?, ?, ?, ?)"
        )
        for event in events {
            let repository = String(event.name.prefix { $0 != ":" && $0 != "@" })
            try statement.execute(
                arguments: [
                    repository, event.name, event.time, event.digest?.description, event.previous?.description,
                ]
            )
        }
        try database.execute(sql: "UPDATE meta SET logEnd = ?", arguments: [end])
        // A torn last line is for the next time.
        return end > start ? size - end : 0
    }
}
