package import Glibc

/// A directory for files in the making: gone when the value is, or moved to its place as a whole.
///
/// It is locked while its owner lives. What a killed process left is removed by the next one that makes a directory
/// with the same prefix there, or by ``removeAbandoned(in:prefix:dryRun:)``.
package struct ScratchDirectory: ~Copyable {
    /// The directory.
    package let path: String
    private let parent: OpenFile
    private let name: String
    private let lock: OpenFile
    private var isMoved = false

    /// Seconds after which an unlocked directory counts as abandoned where locks may not reach other machines.
    private static let cautiousAge: Int64 = 7 * 24 * 3600

    /// Makes a directory in `parent`, which must exist.
    ///
    /// - Throws: `FileError` where it cannot be made.
    package init(in parent: String, prefix: String = "run-", mode: mode_t = 0o700) throws {
        _ = try? Self.removeAbandoned(in: parent, prefix: prefix)
        let directory = try OpenFile(parent, flags: O_RDONLY | O_DIRECTORY)
        while true {
            let name = "\(prefix)\(getpid())-\(String(UInt64.random(in: 0...UInt64.max), radix: 36))"
            guard mkdirat(directory.descriptor, name, mode) == 0 else {
                if errno == EEXIST { continue }
                throw FileError(path: "\(parent)/\(name)", operation: "create")
            }
            if let lock = try Self.lock(name, in: directory) {
                self.init(parent: directory, name: name, lock: lock)
                return
            }
        }
    }

    private init(parent: consuming OpenFile, name: String, lock: consuming OpenFile) {
        path = "\(parent.path)/\(name)"
        self.parent = parent
        self.name = name
        self.lock = lock
    }

    deinit {
        if !isMoved { try? parent.removeTree(name) }
    }

    /// Gives the directory another name beside its own; `target` must not exist or be an empty directory.
    ///
    /// - Throws: `FileError`; its code is `alreadyExists` where something else is in the way.
    package mutating func move(to target: String) throws {
        guard renameat(parent.descriptor, name, parent.descriptor, target) == 0 else {
            let isTaken = errno == ENOTEMPTY || errno == EEXIST || errno == ENOTDIR
            throw FileError(path: "\(parent.path)/\(target)", operation: "create", number: isTaken ? EEXIST : errno)
        }
        isMoved = true
        try parent.sync()
    }

    /// Removes what killed processes left in `parent`.
    ///
    /// - Returns: how many directories went, or would go.
    @discardableResult
    package static func removeAbandoned(in parent: String, prefix: String = "run-", dryRun: Bool = false) throws -> Int
    {
        let directory = try OpenFile(parent, flags: O_RDONLY | O_DIRECTORY)
        let youngest = Int64(time(nil)) - (directory.isOnSharedFileSystem ? cautiousAge : 0)
        var count = 0
        for name in try directory.names() where name.hasPrefix(prefix) {
            guard let status = try directory.status(of: name), status.kind == .directory,
                status.modified / 1_000_000_000 <= youngest, let lock = try lock(name, in: directory)
            else { continue }
            if !dryRun { try withExtendedLifetime(lock) { try directory.removeTree(name) } }
            count += 1
        }
        return count
    }

    /// Locks a directory unless its owner lives; nil too where it went away meanwhile.
    private static func lock(_ name: String, in parent: borrowing OpenFile) throws -> OpenFile? {
        guard let file = try parent.openIfPresent(name, flags: O_RDONLY | O_DIRECTORY | O_NOFOLLOW),
            try file.lock(.exclusive, wait: false), try parent.status(of: name)?.inode == file.status().inode
        else { return nil }
        return file
    }
}
