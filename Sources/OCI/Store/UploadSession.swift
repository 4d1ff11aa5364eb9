import Glibc
import ZooFiles

/// A blob on its way into a repository over several requests, held by one of them.
///
/// The bytes lie in `.zoo/uploads/<repository>/<identifier>`, so an upload goes on where it stood even after the process
/// was killed: the file's size is what counts. The hash of what has been written is handed from request to request as
/// ``progress``; where that is lost, ``commit(expecting:)`` reads the file again.
///
/// Not for use by two threads at once.
package final class UploadSession: @unchecked Sendable {
    /// The hash of the first bytes of an upload.
    package struct Progress: Sendable {
        var hasher: ContentHasher
        var algorithm: Digest.Algorithm
        var size = 0

        /// Nothing hashed yet.
        package init(_ algorithm: Digest.Algorithm = .sha256) {
            hasher = ContentHasher(algorithm)
            self.algorithm = algorithm
        }
    }

    /// The name that stands in the upload's location.
    package let identifier: String
    /// Bytes that the store has.
    package private(set) var size: Int
    /// Whether the upload has ended, one way or the other.
    package private(set) var isOver = false
    /// The hash so far, to go on from in the next request.
    package private(set) var progress: Progress
    /// Bytes after which the disk is set to work.
    private static let writingSize = 8 << 20
    /// Bytes that the disk was set to work on.
    private var written = 0
    private let repository: RepositoryName
    private let store: LayoutStore
    private let directory: OpenFile
    private let file: OpenFile

    fileprivate init(
        _ identifier: String,
        repository: RepositoryName,
        store: LayoutStore,
        directory: consuming OpenFile,
        file: consuming OpenFile,
        progress: Progress
    ) throws {
        size = try file.status().size
        guard lseek(file.descriptor, 0, SEEK_END) == size else { throw FileError(path: file.path, operation: "seek") }
        written = size
        self.identifier = identifier
        self.repository = repository
        self.store = store
        self.directory = directory
        self.file = file
        self.progress = progress.size <= size ? progress : Progress(progress.algorithm)
    }

    /// Appends bytes.
    package func append(_ bytes: UnsafeRawBufferPointer) throws {
        do {
            try file.write(bytes)
        } catch {
            // A part may have been written: what counts is what is there.
            size = try file.status().size
            throw error
        }
        if progress.size == size {
            progress.hasher.update(bytes)
            progress.size += bytes.count
        }
        size += bytes.count
        if size - written >= Self.writingSize {
            file.beginWriting(written..<size)
            written = size
        }
    }

    /// Takes back what was appended past a size.
    package func truncate(to size: Int) throws {
        guard ftruncate(file.descriptor, off_t(size)) == 0, lseek(file.descriptor, 0, SEEK_END) == size else {
            throw FileError(path: file.path, operation: "truncate")
        }
        self.size = size
        if progress.size > size { progress = Progress(progress.algorithm) }
    }

    /// Checks the content against its digest, makes it durable and gives it to the repository; the upload is over.
    ///
    /// - Throws: ``OCIError`` `.damaged` if the digest is another one; then the upload is gone, as nothing of it is
    ///   known to be good.
    package func commit(expecting digest: Digest) throws {
        let actual = try self.digest(digest.algorithm)
        guard actual == digest else {
            try cancel()
            throw OCIError(.damaged, "received content of digest \(actual) instead of \(digest)")
        }
        try file.sync()
        let blobs = try store.root.directory("blobs", create: true)
            .directory(digest.algorithm.rawValue, create: true)
        try store.withGate(.shared) {
            try store.blobs(of: repository).note(digest)
            try directory.rename(identifier, to: digest.hex, in: blobs)
            try store.forgetDamage(digest)
            isOver = true
        }
        try blobs.sync()
    }

    /// Lets the next request take hold of the upload; nothing else may be called after it.
    ///
    /// The end of this object would do so too, but nobody can tell when that is.
    package func release() { file.unlock() }

    /// Ends the upload and frees its space.
    package func cancel() throws {
        try directory.remove(identifier)
        isOver = true
    }

    private func digest(_ algorithm: Digest.Algorithm) throws -> Digest {
        if progress.algorithm != algorithm { progress = Progress(algorithm) }
        guard progress.size < size else { return progress.hasher.digest() }
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 64)
        defer { buffer.deallocate() }
        while progress.size < size {
            let block = UnsafeMutableRawBufferPointer(rebasing: buffer[..<min(buffer.count, size - progress.size)])
            try file.read(at: progress.size, into: block)
            progress.hasher.update(UnsafeRawBufferPointer(block))
            progress.size += block.count
        }
        return progress.hasher.digest()
    }
}

extension LayoutStore {
    /// Seconds after which garbage collection takes an upload that nothing was added to.
    package static let uploadLifetime = 24 * 3600

    private static let uploadsName = "uploads"
    private static let identifierCount = 32

    /// Begins an upload and gives its identifier, which nobody can guess.
    package func beginUpload(to repository: RepositoryName) throws -> String {
        var random = SystemRandomNumberGenerator()
        let digits = (0..<2).map { _ in String(random.next() as UInt64, radix: 16) }
        let identifier = digits.map { String(repeating: "0", count: 16 - $0.count) + $0 }.joined()
        // Under the gate, so that garbage collection does not take the directory away.
        return try withGate(.shared) {
            let directory = try workDirectory(Self.uploadsName).directory(repository.fileName, create: true)
            _ = try directory.open(identifier, flags: O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode: 0o600)
            return identifier
        }
    }

    /// Takes hold of an upload; nil if the repository has none of that identifier.
    ///
    /// - Throws: ``OCIError`` `.contended` while another request holds it.
    package func openUpload(
        _ identifier: String,
        to repository: RepositoryName,
        progress: UploadSession.Progress
    ) throws -> UploadSession? {
        guard Self.isIdentifier(identifier),
            let directory = try root.openIfPresent(
                ".zoo/\(Self.uploadsName)/\(repository.fileName)",
                flags: O_RDONLY | O_DIRECTORY | O_NOFOLLOW
            ),
            let file = try directory.openIfPresent(identifier, flags: O_RDWR | O_NOFOLLOW)
        else { return nil }
        guard try file.lock(.exclusive, wait: false) else {
            throw OCIError(.contended, "another request holds the upload \(identifier)")
        }
        // The holder before may have ended the upload while this one waited.
        guard try file.status().links > 0 else { return nil }
        return try UploadSession(
            identifier,
            repository: repository,
            store: self,
            directory: directory,
            file: file,
            progress: progress
        )
    }

    /// Removes uploads that nothing was added to for some seconds, and that nobody holds.
    ///
    /// - Returns: the identifiers of those removed, and of those that remain.
    package func expireUploads(after seconds: Int, dryRun: Bool = false) throws -> (gone: [String], open: [String]) {
        var result: (gone: [String], open: [String]) = ([], [])
        guard let all = try root.openIfPresent(".zoo/\(Self.uploadsName)", flags: O_RDONLY | O_DIRECTORY) else {
            return result
        }
        let youngest = Int64(time(nil) - seconds) * 1_000_000_000
        for name in try all.names() where RepositoryName(fileName: name) != nil {
            guard let directory = try all.openIfPresent(name, flags: O_RDONLY | O_DIRECTORY | O_NOFOLLOW) else {
                continue
            }
            for identifier in try directory.names() where Self.isIdentifier(identifier) {
                guard let file = try directory.openIfPresent(identifier, flags: O_RDWR | O_NOFOLLOW) else { continue }
                if try file.status().modified <= youngest, try file.lock(.exclusive, wait: false) {
                    if !dryRun { try directory.remove(identifier) }
                    result.gone.append(identifier)
                } else {
                    result.open.append(identifier)
                }
            }
        }
        return result
    }

    private static func isIdentifier(_ text: String) -> Bool {
        text.utf8.count == identifierCount
            && text.utf8.allSatisfy {
                ($0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9"))
                    || ($0 >= UInt8(ascii: "a") && $0 <= UInt8(ascii: "f"))
            }
    }
}
