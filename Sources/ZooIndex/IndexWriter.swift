import GRDB
import OCI

/// Brings the database up to what the store holds, in one step or in several.
struct IndexWriter {
    /// Tags, and bytes of the log of tags, that one transaction takes.
    private static let batch = 400
    private static let logBatch = 1 << 18

    /// What a tag means, as far as the index is concerned.
    private struct Meaning: Equatable {
        let digest: String
        let published: String?
    }

    /// The database's count of updates when `known` was right.
    private var updates = -1
    /// Tags and aliases in the database, and what they mean.
    private var known: [String: Meaning] = [:]
    /// Those that mean something else now, by repository; nil for what is gone.
    private var open: [(name: String, entry: Descriptor?)] = []

    /// Finds what has changed, and writes it if it is little.
    ///
    /// - Returns: how much is left for ``advance(_:_:)``; nil for nothing.
    mutating func begin(_ database: Database, _ index: ModelIndex) throws -> Int? {
        // Read under the database's lock: of two servers, the later writer has the later index.
        try compare(database, index)
        return try advance(database, index)
    }

    /// Writes the next part.
    ///
    /// - Returns: how much is left; nil for nothing.
    mutating func advance(_ database: Database, _ index: ModelIndex) throws -> Int? {
        if try Self.updates(database) != updates {
            // Another process has been here.
            try compare(database, index)
        }
        let part = open.suffix(partCount)
        if !part.isEmpty {
            try TagUpdate(index.store).apply(part, database)
            try database.execute(sql: "UPDATE meta SET updates = updates + 1")
        }
        let moves = try MoveUpdate(index.store).apply(database, maxBytes: Self.logBatch)
        // Only what is written counts as known: a transaction that fails changes neither.
        if !part.isEmpty {
            for (name, entry) in part { known[name] = entry.map(Self.meaning) }
            updates += 1
            open.removeLast(part.count)
        }
        let rest = open.count + moves / 256
        return open.isEmpty && moves == 0 ? nil : rest
    }

    /// A batch, and what is left of its last repository, which is summed up once.
    private var partCount: Int {
        func repository(_ position: Int) -> Substring { open[position].name.prefix { $0 != ":" && $0 != "@" } }
        var count = min(Self.batch, open.count)
        while count > 0, count < open.count, repository(open.count - count) == repository(open.count - count - 1) {
            count += 1
        }
        return count
    }

    private mutating func compare(_ database: Database, _ index: ModelIndex) throws {
        let updates = try Self.updates(database)
        if self.updates != updates {
            known = [:]
            let rows = try Row.fetchCursor(database, sql: "SELECT name, digest, published FROM tag")
            while let row = try rows.next() { known[row[0]] = Meaning(digest: row[1], published: row[2]) }
            self.updates = updates
        }
        var changed: [String: Descriptor] = [:]
        var names: Set<String> = []
        let entries = try index.reader.current().index.manifests
        names.reserveCapacity(entries.count)
        for entry in entries {
            guard let name = entry.referenceName else { continue }
            names.insert(name)
            changed[name] = known[name] == Self.meaning(entry) ? nil : entry
        }
        open = changed.sorted { $0.key > $1.key }.map { ($0.key, $0.value) }
        if names.count < known.count + changed.count {
            open += known.keys.filter { !names.contains($0) }.map { ($0, nil) }
        }
    }

    private static func meaning(_ entry: Descriptor) -> Meaning {
        Meaning(digest: entry.digest.description, published: entry.annotations["dev.zoo.published"])
    }

    private static func updates(_ database: Database) throws -> Int {
        try Int.fetchOne(database, sql: "SELECT updates FROM meta") ?? 0
    }
}
