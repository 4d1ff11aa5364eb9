import GRDB
import OCI
import Synchronization
import ZooRegistry

extension ModelIndex {
    /// The database, brought up to what the store's index says now; costs two `stat` calls where nothing has changed.
    func synchronised() throws -> any DatabaseWriter {
        try state.withLock { state in
            let database = try open(&state)
            if state.version == (try reader.current().version) { return database }
            var updated = state
            try database.write { database in
                // Read under the database's lock: of two servers, the later writer has the later index.
                let (index, version) = try reader.current()
                try update(database, to: index, &updated)
                updated.version = version
            }
            state = updated
            return database
        }
    }

    private func update(_ database: Database, to index: ImageIndex, _ state: inout State) throws {
        let updates = try Int.fetchOne(database, sql: "SELECT updates FROM meta") ?? 0
        if state.updates != updates {
            let rows = try Row.fetchCursor(database, sql: "SELECT name, digest, published FROM tag")
            state.known = [:]
            while let row = try rows.next() { state.known[row[0]] = Self.meaning(row[1], row[2]) }
        }
        var entries: [String: IndexedTag] = [:]
        for entry in index.manifests {
            guard let tag = IndexedTag(entry) else { continue }
            entries[tag.name] = tag
        }
        let meanings = entries.mapValues { Self.meaning($0.digest.description, $0.published) }
        let gone = state.known.keys.filter { meanings[$0] == nil }
        let changed = entries.values.filter { state.known[$0.name] != meanings[$0.name] }
        state.updates = updates
        guard !gone.isEmpty || !changed.isEmpty else { return }
        var repositories = Set(changed.filter { !$0.isAlias }.map(\.repository))
        for name in gone {
            if let repository = try String.fetchOne(
                database,
                sql: "SELECT repository FROM tag WHERE name = ? AND NOT isAlias",
                arguments: [name]
            ) {
                repositories.insert(repository)
            }
            try database.execute(sql: "DELETE FROM tag WHERE name = ?", arguments: [name])
        }
        for tag in changed {
            try database.execute(
                sql: "INSERT OR REPLACE INTO tag VALUES (?, ?, ?, ?, ?, ?)",
                arguments: [
                    tag.name, tag.repository, tag.label, tag.digest.description, tag.published, tag.isAlias,
                ]
            )
            try addArtifact(tag.descriptor, database)
        }
        for repository in repositories { try refresh(repository, database) }
        try database.execute(
            sql: "DELETE FROM artifact WHERE digest NOT IN (SELECT digest FROM tag)"
        )
        try database.execute(sql: "UPDATE meta SET updates = updates + 1")
        state.updates = updates + 1
        state.known = meanings
    }

    private static func meaning(_ digest: String, _ published: String?) -> String {
        "\(digest) \(published ?? "")"
    }

    /// Sums up content that is not known yet; what is no model, or cannot be read, has no kind.
    private func addArtifact(_ descriptor: Descriptor, _ database: Database) throws {
        let digest = descriptor.digest.description
        guard
            try Int.fetchOne(database, sql: "SELECT 1 FROM artifact WHERE digest = ?", arguments: [digest]) == nil
        else { return }
        let artifact = try? ModelArtifact(store: store, descriptor: descriptor)
        let document = artifact?.document
        let headline = (try? artifact?.card()).flatMap { $0 }.map(CardText.headline) ?? ""
        try database.execute(
            sql: "INSERT INTO artifact VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            arguments: [
                digest, document?.kind.rawValue, document?.encoder.type, document?.base?.reference,
                document?.base?.digest,
                (document?.tasks.map(\.name) ?? []).joined(separator: "\n"),
                (document?.licences ?? []).joined(separator: "\n"),
                (document?.features.prefix(1000).map(\.name) ?? []).joined(separator: "\n"),
                headline,
                document?.parameters ?? 0,
                artifact?.size ?? descriptor.size,
            ]
        )
    }

    /// Sums a repository up by its tag `latest`, else by its highest version.
    private func refresh(_ repository: String, _ database: Database) throws {
        try database.execute(
            sql: "DELETE FROM search WHERE rowid = (SELECT id FROM model WHERE repository = ?)",
            arguments: [repository]
        )
        let tags = try IndexedModel.Tag.all(of: repository, in: database)
        guard let main = tags.first else {
            try database.execute(sql: "DELETE FROM model WHERE repository = ?", arguments: [repository])
            return
        }
        try database.execute(
            sql: """
                INSERT INTO model (repository, label, digest, tags, published) VALUES (?, ?, ?, ?, ?)
                ON CONFLICT (repository) DO UPDATE SET
                    label = excluded.label, digest = excluded.digest, tags = excluded.tags,
                    published = excluded.published
                """,
            arguments: [
                repository, main.label, main.digest, tags.count, tags.compactMap(\.published).max(),
            ]
        )
        try database.execute(
            sql: """
                INSERT INTO search (rowid, repository, tasks, encoder, labels, kind, licences, features, headline)
                SELECT m.id, m.repository, a.tasks, a.encoder, ?, a.kind, a.licences, a.features, a.headline
                FROM model m JOIN artifact a ON a.digest = m.digest WHERE m.repository = ?
                """,
            arguments: [tags.map(\.label).joined(separator: "\n"), repository]
        )
    }
}
