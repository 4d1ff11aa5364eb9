import GRDB
import Glibc
import ZooFiles

/// The file that the index lies in, or memory where the store cannot be written.
///
/// Other processes may serve the same store, and anybody may remove the file at any time.
struct DatabaseFile: Sendable {
    /// A file, whatever its name is now.
    struct Identity: Equatable {
        let device: UInt
        let inode: UInt
    }

    /// nil for memory.
    private let path: String?

    /// The file of a store.
    init(storePath: String) {
        path = access("\(storePath)/.zoo", W_OK) == 0 ? "\(storePath)/.zoo/search.sqlite" : nil
    }

    /// What the name stands for; nil for nothing, and for memory.
    var identity: Identity? {
        var status = stat()
        guard let path, stat(path, &status) == 0 else { return nil }
        return Identity(device: UInt(status.st_dev), inode: UInt(status.st_ino))
    }

    /// A database with the tables of this build; one that is damaged or of another version is replaced.
    func open() throws -> (database: any DatabaseWriter, identity: Identity?) {
        guard let path else {
            let database = try DatabaseQueue()
            try database.write(IndexSchema.create)
            return (database, nil)
        }
        // Of two processes that find the file of an older version, one replaces it.
        let lock = try OpenFile("\(path).lock", flags: O_RDWR | O_CREAT)
        try lock.lock(.exclusive)
        defer { lock.unlock() }
        do {
            let database = try DatabasePool(path: path, configuration: Self.configuration)
            try database.write(IndexSchema.create)
            if try database.read(IndexSchema.isCurrent) == true { return (database, identity) }
            try database.close()
        } catch let error as DatabaseError where Self.isDamage(error) {}
        removeNames()
        let database = try DatabasePool(path: path, configuration: Self.configuration)
        try database.write(IndexSchema.create)
        return (database, identity)
    }

    /// Removes a file that is damaged, unless another one has taken its place.
    func remove(_ file: Identity?) throws {
        guard let path, file != nil else { return }
        let lock = try OpenFile("\(path).lock", flags: O_RDWR | O_CREAT)
        try lock.lock(.exclusive)
        defer { lock.unlock() }
        if identity == file { removeNames() }
    }

    private func removeNames() {
        guard let path else { return }
        for suffix in ["", "-wal", "-shm"] { unlink(path + suffix) }
    }

    private static var configuration: Configuration {
        var configuration = Configuration()
        configuration.busyMode = .timeout(10)
        return configuration
    }

    /// Whether an error means that the file is no database, is damaged, or was removed: then a new one is made.
    ///
    /// Others pass, such as a full disk, a lock that is held too long, or a mistake in a question: a new database would
    /// fare no better.
    static func isDamage(_ error: DatabaseError) -> Bool {
        ModelIndex.isDamage(error.extendedResultCode.rawValue)
    }
}
