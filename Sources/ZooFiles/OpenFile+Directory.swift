import CLinux
import Glibc

extension OpenFile {
    /// The names in this directory, sorted by their bytes, without `.` and `..`.
    package func names() throws -> [String] {
        // A descriptor of its own: reading a directory moves its position.
        let again = retrying { openat(descriptor, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
        guard again >= 0, let stream = fdopendir(again) else {
            if again >= 0 { close(again) }
            throw FileError(path: path, operation: "list")
        }
        defer { closedir(stream) }
        var names: [String] = []
        while true {
            errno = 0
            guard let entry = readdir(stream) else {
                if errno != 0 { throw FileError(path: path, operation: "list") }
                break
            }
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// What `name` inside this directory is, not following a link; nil where nothing has that name.
    package func status(of name: String) throws -> FileStatus? {
        var raw = stat()
        if fstatat(descriptor, name, &raw, AT_SYMLINK_NOFOLLOW) == 0 { return FileStatus(raw) }
        if errno == ENOENT { return nil }
        throw FileError(path: "\(path)/\(name)", operation: "stat")
    }

    /// Makes the directory `name` unless it is there.
    package func makeDirectory(_ name: String) throws {
        guard mkdirat(descriptor, name, 0o755) == 0 || errno == EEXIST else {
            throw FileError(path: "\(path)/\(name)", operation: "create")
        }
    }

    /// Opens the directory `name`, made if it is not there.
    package func directory(_ name: String, create: Bool = false) throws -> OpenFile {
        if create { try makeDirectory(name) }
        return try open(name, flags: O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
    }

    /// Removes the file `name`; answers false where it was gone already.
    @discardableResult
    package func remove(_ name: String) throws -> Bool {
        if unlinkat(descriptor, name, 0) == 0 { return true }
        if errno == ENOENT { return false }
        throw FileError(path: "\(path)/\(name)", operation: "remove")
    }

    /// Removes `name` and, if it is a directory, all that is in it; follows no link.
    package func removeTree(_ name: String) throws {
        if unlinkat(descriptor, name, 0) == 0 || errno == ENOENT { return }
        guard errno == EISDIR || errno == EPERM else { throw FileError(path: "\(path)/\(name)", operation: "remove") }
        let directory = try directory(name)
        for inner in try directory.names() { try directory.removeTree(inner) }
        guard unlinkat(descriptor, name, AT_REMOVEDIR) == 0 || errno == ENOENT else {
            throw FileError(path: "\(path)/\(name)", operation: "remove")
        }
    }

    /// Makes the directory at a path and those above it, where they are not there.
    package static func makeDirectories(_ path: String) throws {
        var end = path.startIndex
        while end < path.endIndex {
            end = path[path.index(after: end)...].firstIndex(of: "/") ?? path.endIndex
            let prefix = String(path[..<end])
            guard mkdir(prefix, 0o755) == 0 || errno == EEXIST || errno == EISDIR else {
                throw FileError(path: prefix, operation: "create")
            }
        }
        guard FileStatus(of: path)?.kind == .directory else {
            throw FileError(path: path, operation: "create", number: ENOTDIR)
        }
    }

    /// Moves `name` to `target` in `directory`, in one step, over what is there.
    package func rename(_ name: String, to target: String, in directory: borrowing OpenFile) throws {
        guard renameat(descriptor, name, directory.descriptor, target) == 0 else {
            throw FileError(path: "\(directory.path)/\(target)", operation: "create")
        }
    }

    /// What came of making a hard link.
    package enum LinkOutcome: Sendable {
        case made, taken, unsupported
    }

    /// Gives the file `name` another name in `directory`, unless something has it.
    package func link(_ name: String, as target: String, in directory: borrowing OpenFile) throws -> LinkOutcome {
        if linkat(descriptor, name, directory.descriptor, target, 0) == 0 { return .made }
        switch errno {
        case EEXIST: return .taken
        case EPERM, EOPNOTSUPP, ENOSYS, EMLINK: return .unsupported
        default: throw FileError(path: "\(directory.path)/\(target)", operation: "create")
        }
    }

    /// Moves `name` to `target` in `directory`, unless something has that name; answers whether it was free.
    package func renameNew(_ name: String, to target: String, in directory: borrowing OpenFile) throws -> Bool {
        if zoo_rename_new(descriptor, name, directory.descriptor, target) == 0 { return true }
        guard errno == EEXIST else { throw FileError(path: "\(directory.path)/\(target)", operation: "create") }
        return false
    }
}
