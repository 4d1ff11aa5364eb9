import ZooFiles

/// Content on its way into a store; nothing is visible before ``commit(expecting:size:)``.
public final class BlobWriter {
    private let lease: Lease
    private let temporary: TemporaryFile
    private let algorithm: Digest.Algorithm
    private var hasher: ContentHasher

    /// Bytes written so far.
    public private(set) var size = 0

    init(lease: Lease, algorithm: Digest.Algorithm) throws {
        self.lease = lease
        self.algorithm = algorithm
        hasher = ContentHasher(algorithm)
        temporary = try TemporaryFile(store: lease.store)
    }

    /// Appends bytes; blocks of a mebibyte are best.
    public func write(_ bytes: UnsafeRawBufferPointer) throws {
        try temporary.file.write(bytes)
        hasher.update(bytes)
        size += bytes.count
    }

    /// Checks the content, makes it durable and gives it its name.
    ///
    /// It replaces a file of that name, which might be damaged: a name proves nothing.
    /// - Throws: ``OCIError`` `.damaged` if digest or size is not what was expected; then nothing is kept.
    @discardableResult
    public func commit(expecting expected: Digest? = nil, size expectedSize: Int? = nil) throws -> Digest {
        let digest = hasher.digest()
        if let expectedSize, size != expectedSize {
            throw OCIError(.damaged, "received \(size) bytes instead of \(expectedSize) of \(expected ?? digest)")
        }
        if let expected, digest != expected {
            throw OCIError(.damaged, "received content of digest \(digest) instead of \(expected)")
        }
        let store = lease.store
        try temporary.file.sync()
        let blobs = try store.root.directory("blobs", create: true).directory(algorithm.rawValue, create: true)
        try store.withGate(.shared) {
            try lease.protect(digest)
            try temporary.move(to: digest.hex, in: blobs)
            try store.forgetDamage(digest)
        }
        try blobs.sync()
        return digest
    }
}
