import Glibc
import ZooFiles

/// A file in the store's `.zoo/tmp`, locked while its owner lives and removed unless moved to its place.
final class TemporaryFile {
    let file: OpenFile
    private let directory: OpenFile
    private let name: String
    private var isMoved = false

    /// Creates an empty file.
    init(store: LayoutStore) throws {
        let directory = try store.workDirectory("tmp")
        let name = "\(getpid())-\(String(UInt64.random(in: 0...UInt64.max), radix: 36))"
        // Under the gate, so that garbage collection cannot meet the file before its lock.
        file = try store.withGate(.shared) {
            try directory.createLocked(name)
        }
        self.directory = directory
        self.name = name
    }

    /// Creates a file with content that is on the disk.
    convenience init(store: LayoutStore, content: [UInt8]) throws {
        try self.init(store: store)
        try file.write(content)
        try file.sync()
    }

    deinit {
        if !isMoved { _ = try? directory.remove(name) }
    }

    /// Gives the file its name, over what is there.
    func move(to target: String, in other: borrowing OpenFile) throws {
        try directory.rename(name, to: target, in: other)
        isMoved = true
    }

    /// Gives the file the name too, unless something has it; answers whether it was free.
    func claim(_ target: String, in other: borrowing OpenFile) throws -> Bool {
        switch try directory.link(name, as: target, in: other) {
        case .made: return true
        // A network file system may repeat a request that had succeeded: then the link count tells.
        case .taken: return try file.status().links == 2
        case .unsupported:
            isMoved = try directory.renameNew(name, to: target, in: other)
            return isMoved
        }
    }
}
