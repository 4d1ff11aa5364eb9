import Glibc
import ZooFiles

extension SigningKey {
    /// Reads a private key's file.
    ///
    /// - Throws: ``RegistryError`` (`untrusted`) for a file that others than its owner may read, as ssh refuses it;
    ///   `invalid` for what is no private key; `FileError`.
    public static func read(_ path: String) throws -> SigningKey {
        let file = try OpenFile(path)
        var status = stat()
        guard fstat(file.descriptor, &status) == 0 else { throw FileError(path: path, operation: "stat") }
        let key = try SigningKey(parsing: KeyFile.content(of: file), what: path)
        guard status.st_mode & 0o077 == 0 else {
            let mode = String(status.st_mode & 0o777, radix: 8)
            throw RegistryError(
                .untrusted,
                "the private key \(path) is open to other users (mode 0\(mode)); chmod 600 \(path), or make a new key"
            )
        }
        return key
    }

    /// Writes the private key to `path`, for its owner's eyes only, and the public key to `path`.pub.
    ///
    /// - Throws: ``RegistryError`` (`conflict`) if either file exists: a key that is lost cannot be made again.
    public func write(to path: String) throws {
        for taken in [path, path + ".pub"] where access(taken, F_OK) == 0 {
            throw RegistryError(.conflict, "\(taken) exists; a key is never overwritten, so name another file")
        }
        try KeyFile.create(path, mode: 0o600, Array(pem.utf8))
        try KeyFile.create(path + ".pub", mode: 0o644, Array(verificationKey.pem.utf8))
    }
}

extension VerificationKey {
    /// Reads a public key's file.
    ///
    /// - Throws: ``RegistryError`` (`invalid`) for what is no public key; `FileError`.
    public static func read(_ path: String) throws -> VerificationKey {
        try VerificationKey(parsing: KeyFile.content(of: OpenFile(path)), what: path)
    }
}

/// The files that keys lie in.
private enum KeyFile {
    static func content(of file: borrowing OpenFile) throws -> [UInt8] {
        guard try file.status().kind == .file, let bytes = try file.readAll(limit: PEMBlock.byteLimit) else {
            throw RegistryError(.invalid, "\(file.path) is no key: not a file of at most \(PEMBlock.byteLimit) bytes")
        }
        return bytes
    }

    /// Makes a file that appears whole, with its mode from the first byte on, where nothing had that name.
    static func create(_ path: String, mode: mode_t, _ bytes: [UInt8]) throws {
        let slash = path.lastIndex(of: "/")
        let parent = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        let name = slash.map { String(path[path.index(after: $0)...]) } ?? path
        let directory = try OpenFile(parent, flags: O_RDONLY | O_DIRECTORY)
        let temporary = ".\(name).\(getpid())-\(String(UInt64.random(in: 0...UInt64.max), radix: 36))"
        do {
            let file = try directory.open(temporary, flags: O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode: mode)
            try file.write(bytes)
            try file.sync()
            guard try directory.renameNew(temporary, to: name, in: directory) else {
                throw FileError(path: path, operation: "create", number: EEXIST)
            }
            try directory.sync()
        } catch {
            _ = try? directory.remove(temporary)
            throw error
        }
    }
}
