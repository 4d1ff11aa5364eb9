import Foundation
import GRDB
import Glibc
package import OCI
import Synchronization

/// What the store's models are, in SQLite, to be searched in no time; the store alone is the truth.
///
/// It lies in the store's `.zoo/search.sqlite` and may be deleted at any time. It is made anew when it is missing,
/// damaged or of another version, and compared with the store's index before it answers. Where much has changed, a
/// thread of its own brings it up to date, and it answers meanwhile with what it has. In a store that cannot be
/// written it lies in memory. Its functions wait for the disk; call them on a thread that may.
package final class ModelIndex: Sendable {
    struct State {
        var database: (any DatabaseWriter)?
        /// Version of the store's index, and length of its log of tags, that the database holds.
        var seen: Seen?
        /// How much is yet to be read by the thread that does so; nil where there is none.
        var pending: Int?
        /// Why that thread gave up.
        var failure: (any Error)?
        /// The models in memory, as of some update.
        var table: ModelTable?
    }

    struct Seen: Equatable {
        let version: Int
        let logSize: Int
    }

    /// The store.
    package let store: LayoutStore
    /// Its index, read again only when it has changed.
    package let reader: IndexReader
    let state = Mutex(State())
    /// What is written to the database next; taken before ``state``.
    let writer = Mutex(IndexWriter())
    /// The file; nil where the store cannot be written.
    private let path: String?

    /// The index of a store; nothing is read before the first question.
    package init(_ reader: IndexReader) {
        self.reader = reader
        store = reader.store
        path = access("\(store.path)/.zoo", W_OK) == 0 ? "\(store.path)/.zoo/search.sqlite" : nil
    }

    /// Tags and moves that are still being read, so that answers lack them; nil where there are none.
    package var pending: Int? { state.withLock { $0.pending } }

    /// Answers from a database that holds what the store holds now; a damaged one is replaced first.
    ///
    /// - Throws: `DatabaseError`; what reading the store throws.
    func read<Value>(_ body: (Database) throws -> Value) throws -> Value {
        do {
            return try synchronised().read(body)
        } catch let error as DatabaseError where Self.isDamage(error.extendedResultCode.rawValue) {
            discard()
            return try synchronised().read(body)
        }
    }

    /// The database, brought up to what the store holds; costs three `stat` calls where nothing has changed.
    private func synchronised() throws -> any DatabaseWriter {
        func current() throws -> (any DatabaseWriter)? {
            try state.withLock { state in
                if let failure = state.failure {
                    state.failure = nil
                    throw failure
                }
                let database = try open(&state)
                return try state.pending != nil || state.seen == seen() ? database : nil
            }
        }
        if let database = try current() { return database }
        return try writer.withLock { writer in
            // Another thread may have been here.
            if let database = try current() { return database }
            let database = try state.withLock { try open(&$0) }
            let seen = try seen()
            if let rest = try database.write({ try writer.begin($0, self) }) {
                state.withLock { $0.pending = rest }
                Thread.detachNewThread { [self] in catchUp(database, seen) }
            } else {
                state.withLock { $0.seen = seen }
            }
            return database
        }
    }

    /// Reads what has changed a part at a time, each in a transaction of its own; others read and write in between.
    private func catchUp(_ database: any DatabaseWriter, _ seen: Seen) {
        do {
            var rest: Int? = 1
            while rest != nil, state.withLock({ $0.database === database }) {
                rest = try writer.withLock { writer in try database.write { try writer.advance($0, self) } }
                state.withLock { if $0.database === database { $0.pending = rest } }
            }
            state.withLock { if $0.database === database { $0.seen = seen } }
        } catch {
            let isDamage = (error as? DatabaseError).map { Self.isDamage($0.extendedResultCode.rawValue) } ?? false
            if isDamage { return discard() }
            state.withLock { state in
                guard state.database === database else { return }
                state.pending = nil
                state.failure = error
            }
        }
    }

    private func seen() throws -> Seen { Seen(version: try reader.current().version, logSize: try store.historySize()) }

    private func open(_ state: inout State) throws -> any DatabaseWriter {
        if let database = state.database { return database }
        let database: any DatabaseWriter
        do {
            database = try openFile()
        } catch let error as DatabaseError where Self.isDamage(error.extendedResultCode.rawValue) {
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
        switch try database.read(IndexSchema.isCurrent) {
        case true?: return database
        case nil:
            try database.write(IndexSchema.create)
            return database
        case false?:
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
        writer.withLock { $0 = IndexWriter() }
    }

    private func removeFiles() {
        guard let path else { return }
        for suffix in ["", "-wal", "-shm"] { unlink(path + suffix) }
    }

    /// Whether an error means that the file is no database, is damaged, or was removed: then a new one is made.
    ///
    /// Others pass, such as a full disk, a lock that is held too long, or a mistake in a question: a new database would
    /// fare no better.
    /// - Parameter code: SQLite's extended result code.
    package static func isDamage(_ code: Int32) -> Bool {
        let isRemoved = code == ResultCode.SQLITE_READONLY_DBMOVED.rawValue
        return isRemoved || [ResultCode.SQLITE_CORRUPT, .SQLITE_NOTADB].contains { $0.rawValue == code & 0xFF }
    }
}
