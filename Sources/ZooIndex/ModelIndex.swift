import GRDB
import Glibc
package import OCI
import Synchronization

/// What the store's models are, in SQLite, to be searched in no time; the store alone is the truth.
///
/// It lies in the store's `.zoo/search.sqlite` and may be deleted at any time. It is made anew when it is missing,
/// damaged or of another version, and compared with the store's index before it answers. In a store that cannot be
/// written it lies in memory. Its functions wait for the disk; call them on a thread that may.
package final class ModelIndex: Sendable {
    struct State {
        var database: (any DatabaseWriter)?
        /// Version of the store's index that the database holds.
        var version: Int?
        /// The database's count of updates when `known` was right.
        var updates = -1
        /// Tags and aliases in the database, and what they mean.
        var known: [String: String] = [:]
    }

    /// The store.
    package let store: LayoutStore
    /// Its index, read again only when it has changed.
    package let reader: IndexReader
    let state = Mutex(State())
    /// The file; nil where the store cannot be written.
    private let path: String?

    /// The index of a store; nothing is read before the first question.
    package init(_ store: LayoutStore) {
        self.store = store
        reader = IndexReader(store)
        path = access("\(store.path)/.zoo", W_OK) == 0 ? "\(store.path)/.zoo/search.sqlite" : nil
    }

    /// Answers from a database that holds what the store holds now; a damaged one is replaced first.
    ///
    /// - Throws: `DatabaseError`; what reading the store throws.
    func read<Value>(_ body: (Database) throws -> Value) throws -> Value {
        do {
            return try synchronised().read(body)
        } catch let error as DatabaseError where Self.isDamage(error) {
            discard()
            return try synchronised().read(body)
        }
    }

    /// The open database, made if need be.
    func open(_ state: inout State) throws -> any DatabaseWriter {
        if let database = state.database { return database }
        let database: any DatabaseWriter
        do {
            database = try openFile()
        } catch let error as DatabaseError where Self.isDamage(error) {
            removeFiles()
            database = try openFile()
        }
        state = State(database: database)
        return database
    }

    private func openFile() throws -> any DatabaseWriter {
        guard let path else {
            let database = try DatabaseQueue()
            try database.write(IndexSchema.create)
            return database
        }
        let database = try DatabasePool(path: path, configuration: Self.configuration)
        switch try database.read(IndexSchema.version) {
        case IndexSchema.current: return database
        case 0:
            try database.write(IndexSchema.create)
            return database
        default:
            try database.close()
            removeFiles()
            return try openFile()
        }
    }

    private static var configuration: Configuration {
        var configuration = Configuration()
        configuration.busyMode = .timeout(10)
        return configuration
    }

    private func discard() {
        state.withLock { $0 = State() }
        removeFiles()
    }

    private func removeFiles() {
        guard let path else { return }
        for suffix in ["", "-wal", "-shm"] { unlink(path + suffix) }
    }

    private static func isDamage(_ error: DatabaseError) -> Bool {
        [.SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_IOERR, .SQLITE_ERROR].contains(error.resultCode)
    }
}
