import GRDB

/// The tables of the index.
enum IndexSchema {
    /// The version that this build reads and writes; others are made anew.
    static let current = 3

    private static let tables: Set<String> = ["meta", "tag", "artifact", "model", "search", "move"]

    /// Whether a database has the tables of this build; nil for an empty one.
    static func isCurrent(_ database: Database) throws -> Bool? {
        let version = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
        let found = try String.fetchSet(database, sql: "SELECT name FROM sqlite_master WHERE type = 'table'")
        if version == 0, found.isEmpty { return nil }
        return version == current && found.isSuperset(of: tables)
    }

    /// Makes the tables; another process may have done so already.
    static func create(_ database: Database) throws {
        guard try isCurrent(database) == nil else { return }
        try database.execute(
            sql: """
                CREATE TABLE meta (updates INTEGER NOT NULL, logEnd INTEGER NOT NULL);
                INSERT INTO meta VALUES (0, 0);
                CREATE TABLE tag (
                    name TEXT PRIMARY KEY, repository TEXT NOT NULL, label TEXT NOT NULL, digest TEXT NOT NULL,
                    published TEXT, isAlias INTEGER NOT NULL
                ) WITHOUT ROWID;
                CREATE INDEX tagRepository ON tag (repository);
                CREATE INDEX tagDigest ON tag (digest);
                CREATE TABLE artifact (
                    digest TEXT PRIMARY KEY, kind TEXT, encoder TEXT, base TEXT, baseDigest TEXT,
                    tasks TEXT NOT NULL, licences TEXT NOT NULL, features TEXT NOT NULL, headline TEXT NOT NULL,
                    parameters INTEGER NOT NULL, size INTEGER NOT NULL
                ) WITHOUT ROWID;
                CREATE INDEX artifactBase ON artifact (baseDigest);
                CREATE TABLE model (
                    id INTEGER PRIMARY KEY, repository TEXT NOT NULL UNIQUE, label TEXT NOT NULL,
                    digest TEXT NOT NULL, tags INTEGER NOT NULL, published TEXT
                );
                CREATE VIRTUAL TABLE search USING fts5 (
                    repository, tasks, encoder, labels, kind, licences, features, headline,
                    prefix = '1 2 3', tokenize = 'unicode61 remove_diacritics 2'
                );
                CREATE TABLE move (
                    id INTEGER PRIMARY KEY, repository TEXT NOT NULL, name TEXT NOT NULL, time TEXT NOT NULL,
                    digest TEXT, previous TEXT
                );
                CREATE INDEX moveRepository ON move (repository);
                PRAGMA user_version = \(current);
                """
        )
    }
}
