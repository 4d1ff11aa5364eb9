import Glibc
import ZooFiles

/// Content on its way into a store, of which a killed process loses nothing that it has written.
///
/// The file in `.zoo/partial` only grows, in order, so its length says how far a download came. Opening it again hashes
/// that prefix instead of fetching it. One owner at a time holds it, by a lock that dies with its process. Nothing is
/// visible as content before ``commit()`` has checked size and digest.
public final class PartialBlob {
    /// What the content must be.
    public let expected: Descriptor
    /// Bytes so far, from the first on.
    public private(set) var size = 0
    /// Bytes that an earlier owner had written.
    public private(set) var resumed = 0

    /// Smaller blocks are gathered before they are written.
    private static let blockSize = 256 << 10
    /// The disk works while the network does, this much behind it.
    private static let writebackSize = 16 << 20
    private static let directoryName = "partial"

    private let lease: Lease
    private let directory: OpenFile
    private let file: OpenFile
    private let name: String
    private var hasher: ContentHasher
    private var pending: [UInt8] = []
    /// Bytes that are on their way to the disk.
    private var handedOver = 0
    private var isFinished = false
    /// Why no more can be written: the file ends somewhere in what was handed to it, and no byte may follow that.
    private var failure: FileError?

    private init(
        lease: Lease,
        expected: Descriptor,
        directory: consuming OpenFile,
        file: consuming OpenFile,
        name: String
    ) throws {
        self.lease = lease
        self.expected = expected
        self.directory = directory
        self.file = file
        self.name = name
        hasher = ContentHasher(expected.digest.algorithm)
        try hashPrefix()
    }

    deinit {
        if !isFinished { try? flush() }
    }

    /// Takes the file of `expected`, or answers nil while another owner has it.
    static func open(_ expected: Descriptor, lease: Lease) throws -> PartialBlob? {
        let store = lease.store
        var name = "\(expected.digest.algorithm.rawValue)-\(expected.digest.hex)"
        // Where a lock excludes nobody, every owner has a file of its own.
        if try !store.locksAreTrusted { name += "-\(getpid())-\(String(UInt64.random(in: 0...UInt64.max), radix: 36))" }
        while true {
            let directory = try store.workDirectory(directoryName)
            // Under the gate, so that garbage collection cannot meet the file before its lock.
            let file = try store.withGate(.shared) {
                try directory.open(name, flags: O_RDWR | O_CREAT | O_NOFOLLOW)
            }
            guard try file.lock(.exclusive, wait: false) else { return nil }
            // The owner before may have moved or removed the file between opening and locking.
            guard try directory.status(of: name)?.inode == file.status().inode else { continue }
            return try PartialBlob(lease: lease, expected: expected, directory: directory, file: file, name: name)
        }
    }

    /// How far any owner has come with the content, for telling those who wait; nil if nobody has begun.
    static func progress(_ digest: Digest, in store: LayoutStore) -> Int? {
        guard let directory = try? store.workDirectory(directoryName) else { return nil }
        return (try? directory.status(of: "\(digest.algorithm.rawValue)-\(digest.hex)"))??.size
    }

    /// Appends bytes.
    ///
    /// - Throws: ``OCIError`` `.damaged` if there are more than expected.
    public func write(_ bytes: UnsafeRawBufferPointer) throws {
        guard bytes.count <= expected.size - size else {
            throw OCIError(.damaged, "received more than the \(expected.size) bytes of \(expected.digest)")
        }
        if let failure { throw failure }
        hasher.update(bytes)
        size += bytes.count
        if pending.isEmpty, bytes.count >= Self.blockSize {
            try append(bytes)
        } else {
            pending.append(contentsOf: bytes)
            if pending.count >= Self.blockSize { try flush() }
        }
        if size - handedOver >= Self.writebackSize {
            file.beginWriteback(handedOver..<size)
            handedOver = size
        }
    }

    /// Throws all bytes away and begins anew.
    public func restart() throws {
        pending.removeAll(keepingCapacity: true)
        guard ftruncate(file.descriptor, 0) == 0, lseek(file.descriptor, 0, SEEK_SET) == 0 else {
            throw FileError(path: file.path, operation: "truncate")
        }
        hasher = ContentHasher(expected.digest.algorithm)
        size = 0
        resumed = 0
        handedOver = 0
        failure = nil
    }

    /// Removes the file.
    public func discard() throws {
        isFinished = true
        try directory.remove(name)
    }

    /// Checks the content, makes it durable and gives it its name.
    ///
    /// - Throws: ``OCIError`` `.damaged` if size or digest is not what was expected; the bytes stay for the caller to
    ///   ``restart()`` or ``discard()``.
    public func commit() throws {
        try flush()
        guard size == expected.size else {
            throw OCIError(.damaged, "received \(size) bytes instead of \(expected.size) of \(expected.digest)")
        }
        let digest = hasher.digest()
        guard digest == expected.digest else {
            throw OCIError(.damaged, "received content of digest \(digest) instead of \(expected.digest)")
        }
        try file.sync()
        let store = lease.store
        let blobs = try store.root.directory("blobs", create: true)
            .directory(digest.algorithm.rawValue, create: true)
        try store.withGate(.shared) {
            try lease.protect(digest)
            try directory.rename(name, to: digest.hex, in: blobs)
            try store.forgetDamage(digest)
        }
        isFinished = true
        try blobs.sync()
    }

    /// Hands gathered bytes to the file.
    public func flush() throws {
        guard !pending.isEmpty else { return }
        defer { pending.removeAll(keepingCapacity: true) }
        try pending.withUnsafeBytes { try append($0) }
    }

    private func append(_ bytes: UnsafeRawBufferPointer) throws {
        do {
            try file.write(bytes)
        } catch var error as FileError {
            if let written = try? file.status().size { error.unwritten = expected.size - written }
            failure = error
            throw error
        }
    }

    private func hashPrefix() throws {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 64)
        defer { buffer.deallocate() }
        while true {
            let count = try file.read(into: buffer)
            hasher.update(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            size += count
            guard size <= expected.size else { return try restart() }
            if count < buffer.count { break }
        }
        resumed = size
        handedOver = size
    }
}

extension Lease {
    /// Takes the unfinished download of content, an empty one if there is none.
    ///
    /// - Returns: nil while another process or task has it; its progress is ``partialSize(_:)``.
    public func partial(_ expected: Descriptor) throws -> PartialBlob? {
        try PartialBlob.open(expected, lease: self)
    }

    /// Bytes of an unfinished download, whoever has it.
    public func partialSize(_ digest: Digest) -> Int {
        PartialBlob.progress(digest, in: store) ?? 0
    }

    /// Removes the unfinished download of content that is there: one who was killed may have begun it anew.
    public func discardPartial(_ content: Descriptor) throws {
        guard PartialBlob.progress(content.digest, in: store) != nil else { return }
        try partial(content)?.discard()
    }
}
