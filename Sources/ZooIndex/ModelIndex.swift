import Foundation
import GRDB
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
        /// The file that it is in.
        var file: DatabaseFile.Identity?
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
    private let file: DatabaseFile

    /// The index of a store; nothing is read before the first question.
    package init(_ reader: IndexReader) {
        self.reader = reader
        store = reader.store
        file = DatabaseFile(storePath: store.path)
    }

    /// Answers from a database that holds what the store holds now; a damaged one is replaced first.
    ///
    /// - Parameter body: also gets how much is yet to be read, nil where the database holds everything.
    /// - Throws: `DatabaseError`; what reading the store throws.
    func read<Value>(_ body: (Database, Int?) throws -> Value) throws -> Value {
        func attempt() throws -> Value {
            let (database, pending) = try synchronised()
            return try database.read { try body($0, pending) }
        }
        do {
            return try attempt()
        } catch let error as DatabaseError where DatabaseFile.isDamage(error) {
            try discard()
            return try attempt()
        }
    }

    /// The database, brought up to what the store holds; costs four `stat` calls where nothing has changed.
    private func synchronised() throws -> (database: any DatabaseWriter, pending: Int?) {
        func current() throws -> (database: any DatabaseWriter, pending: Int?)? {
            try state.withLock { state in
                if let failure = state.failure {
                    state.failure = nil
                    throw failure
                }
                let database = try open(&state)
                if let pending = state.pending { return (database, pending) }
                return try state.seen == seen() ? (database, nil) : nil
            }
        }
        if let found = try current() { return found }
        return try writer.withLock { writer in
            // Another thread may have been here.
            if let found = try current() { return found }
            let database = try state.withLock { try open(&$0) }
            let seen = try seen()
            let rest = try database.write { try writer.begin($0, self) }
            if rest != nil {
                state.withLock { $0.pending = rest }
                Thread.detachNewThread { [self] in catchUp(database, seen) }
            } else {
                state.withLock { $0.seen = seen }
            }
            return (database, rest)
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
            if let error = error as? DatabaseError, DatabaseFile.isDamage(error), (try? discard()) != nil { return }
            state.withLock { state in
                guard state.database === database else { return }
                state.pending = nil
                state.failure = error
            }
        }
    }

    private func seen() throws -> Seen { Seen(version: try reader.current().version, logSize: try store.historySize()) }

    private func open(_ state: inout State) throws -> any DatabaseWriter {
        if let database = state.database, state.file == file.identity { return database }
        let (database, identity) = try file.open()
        state = State(database: database, file: identity)
        return database
    }

    private func discard() throws {
        try file.remove(
            state.withLock { state in
                defer { state = State() }
                return state.file
            }
        )
        writer.withLock { $0 = IndexWriter() }
    }

    /// Whether one of SQLite's extended result codes means that the file is no database, is damaged, or was removed.
    package static func isDamage(_ code: Int32) -> Bool {
        let isRemoved = code == ResultCode.SQLITE_READONLY_DBMOVED.rawValue
        return isRemoved || [ResultCode.SQLITE_CORRUPT, .SQLITE_NOTADB].contains { $0.rawValue == code & 0xFF }
    }
}
