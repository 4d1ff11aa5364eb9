import GRDB
import OCI
import ZooRegistry

/// Writes tags, what they point to, and the repositories that have them.
struct TagUpdate {
    private let store: LayoutStore

    init(_ store: LayoutStore) { self.store = store }

    /// Writes what names mean now; nil for those that are gone.
    func apply(_ changes: some Sequence<(name: String, entry: Descriptor?)>, _ database: Database) throws {
        var repositories: Set<String> = []
        var left: Set<String> = []
        for (name, entry) in changes {
            let known = try database.cachedStatement(sql: "SELECT repository, digest FROM tag WHERE name = ?")
            if let old = try Row.fetchOne(known, arguments: [name]) {
                repositories.insert(old[0])
                left.insert(old[1])
            }
            guard let tag = entry.flatMap(IndexedTag.init) else {
                try database.execute(sql: "DELETE FROM tag WHERE name = ?", arguments: [name])
                continue
            }
            repositories.insert(tag.repository)
            try database.cachedStatement(sql: "INSERT OR REPLACE INTO tag VALUES (?, ?, ?, ?, ?, ?)").execute(
                arguments: [
                    tag.name, tag.repository, tag.label, tag.digest.description, tag.published, tag.isAlias,
                ]
            )
            try addArtifact(tag.descriptor, database)
        }
        for repository in repositories { try refresh(repository, database) }
        for digest in left {
            try database.execute(
                sql: "DELETE FROM artifact WHERE digest = :d AND NOT EXISTS (SELECT 1 FROM tag WHERE digest = :d)",
                arguments: ["d": digest]
            )
        }
    }

    /// Sums up content that is not known yet; what is no model, or cannot be read, has no kind.
    private func addArtifact(_ descriptor: Descriptor, _ database: Database) throws {
        let digest = descriptor.digest.description
        let known = try database.cachedStatement(sql: "SELECT 1 FROM artifact WHERE digest = ?")
        guard try Int.fetchOne(known, arguments: [digest]) == nil else { return }
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
