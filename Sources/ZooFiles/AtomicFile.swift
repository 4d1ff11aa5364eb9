package import Glibc

/// A file that appears whole under its name or not at all.
///
/// Bytes go to a hidden file in the same directory, which ``commit()`` syncs and renames. Without a commit it is
/// removed when the value goes away.
package struct AtomicFile: ~Copyable {
    private let directory: OpenFile
    private let file: OpenFile
    private let temporary: String
    private let name: String
    private var isCommitted = false

    /// Starts a file that will be at `path`; its directory must exist.
    ///
    /// - Parameter mode: who may read it, from its first byte on: 0600 for secrets.
    package init(_ path: String, mode: mode_t = 0o644) throws {
        let location = FileLocation(path)
        let name = location.name
        let directory = try OpenFile(location.directory, flags: O_RDONLY | O_DIRECTORY)
        let temporary = ".\(name).\(getpid())-\(String(UInt64.random(in: 0...UInt64.max), radix: 36))"
        let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW
        do {
            let file = try directory.open(temporary, flags: flags, mode: mode)
            self.init(directory: directory, file: file, temporary: temporary, name: name)
        } catch let error as FileError {
            // Nobody has heard of the temporary file.
            throw FileError(path: path, operation: "create", number: error.number)
        }
    }

    private init(directory: consuming OpenFile, file: consuming OpenFile, temporary: String, name: String) {
        self.directory = directory
        self.file = file
        self.temporary = temporary
        self.name = name
    }

    deinit {
        if !isCommitted { unlinkat(directory.descriptor, temporary, 0) }
    }

    /// Appends bytes.
    package func write(_ bytes: UnsafeRawBufferPointer) throws {
        try file.write(bytes)
    }

    /// Appends bytes.
    package func write(_ bytes: [UInt8]) throws {
        try file.write(bytes)
    }

    /// Makes the file visible under its name, on the disk before it returns.
    package mutating func commit() throws {
        try file.sync()
        try directory.rename(temporary, to: name, in: directory)
        isCommitted = true
        try directory.sync()
    }

    /// Writes a small file in one go.
    package static func write(_ bytes: [UInt8], to path: String) throws {
        var file = try AtomicFile(path)
        try file.write(bytes)
        try file.commit()
    }
}
