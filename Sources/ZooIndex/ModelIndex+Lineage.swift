import GRDB
package import OCI

/// A model in a line of descent.
package struct LineageModel: Sendable {
    /// The manifest, `sha256:…`.
    package let digest: String
    /// Where it may be read; nil where it is missing or hidden from the asker.
    package let place: (repository: String, label: String)?
    /// `encoder`, `head` or `delta`.
    package let kind: String?
    /// Names of the tasks.
    package let tasks: [String]
    /// The model that it is built on.
    package let baseDigest: String?

    /// Describes a model.
    package init(
        digest: String,
        place: (repository: String, label: String)?,
        kind: String?,
        tasks: [String],
        baseDigest: String?
    ) {
        self.digest = digest
        self.place = place
        self.kind = kind
        self.tasks = tasks
        self.baseDigest = baseDigest
    }
}

extension ModelIndex {
    private static let depthLimit = 12

    /// A model's bases, the first encoder first, and what is built on it, each after its base.
    ///
    /// - Parameter limit: descendants that are given; `isCut` says whether there are more.
    package func lineage(
        of digest: String,
        limit: Int = 40,
        mayRead: (RepositoryName) -> Bool
    ) throws -> (bases: [LineageModel], descendants: [LineageModel], isCut: Bool) {
        try read { database, _ in
            var bases: [LineageModel] = []
            var next = try Self.model(digest, database, mayRead)?.baseDigest
            var seen: Set<String> = [digest]
            while let base = next, seen.insert(base).inserted, bases.count < Self.depthLimit {
                let model = try Self.model(base, database, mayRead)
                guard let model, model.place != nil else {
                    bases.append(LineageModel(digest: base, place: nil, kind: nil, tasks: [], baseDigest: nil))
                    break
                }
                bases.append(model)
                next = model.baseDigest
            }
            var descendants: [LineageModel] = []
            var open = [digest][...]
            var isCut = false
            while let base = open.popFirst(), !isCut {
                let children = try String.fetchAll(
                    database,
                    sql: "SELECT digest FROM artifact WHERE baseDigest = ? ORDER BY digest LIMIT 1000",
                    arguments: [base]
                )
                for child in children where !seen.contains(child) {
                    guard let model = try Self.model(child, database, mayRead), model.place != nil else { continue }
                    guard descendants.count < limit else {
                        isCut = true
                        break
                    }
                    seen.insert(child)
                    descendants.append(model)
                    open.append(child)
                }
            }
            return (bases.reversed(), descendants, isCut)
        }
    }

    private static func model(
        _ digest: String,
        _ database: Database,
        _ mayRead: (RepositoryName) -> Bool
    ) throws -> LineageModel? {
        guard
            let row = try Row.fetchOne(
                database,
                sql: "SELECT kind, tasks, baseDigest FROM artifact WHERE digest = ?",
                arguments: [digest]
            )
        else { return nil }
        let places = try Row.fetchAll(
            database,
            sql: "SELECT repository, label FROM tag WHERE digest = ? AND NOT isAlias ORDER BY name LIMIT 200",
            arguments: [digest]
        )
        let place = places.first { (try? RepositoryName($0[0])).map(mayRead) ?? false }
        return LineageModel(
            digest: digest,
            place: place.map { (repository: $0[0], label: $0[1]) },
            kind: row[0],
            tasks: IndexedModel.list(row[1]),
            baseDigest: row[2]
        )
    }
}
