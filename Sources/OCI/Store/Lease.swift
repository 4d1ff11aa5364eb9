import Glibc
import Synchronization
import ZooFiles

/// Keeps content safe from garbage collection while something is being published.
///
/// Content that is written or found through a lease stays until the lease ends, even if no tag refers to it yet. A
/// lease ends with ``end()``, with this object, or with the process, however that dies.
public final class Lease: Sendable {
    /// The store that the lease is for.
    public let store: LayoutStore
    private let directory: OpenFile
    private let file: OpenFile
    private let name: String
    private let isActive = Mutex(true)

    init(store: LayoutStore) throws {
        self.store = store
        let directory = try store.workDirectory("leases")
        let name = "\(getpid())-\(String(UInt64.random(in: 0...UInt64.max), radix: 36))"
        // Under the gate, so that garbage collection cannot meet the file before its lock.
        file = try store.withGate(.shared) {
            try directory.createLocked(name)
        }
        self.directory = directory
        self.name = name
    }

    deinit { end() }

    /// Ends the lease.
    public func end() {
        isActive.withLock { isActive in
            if isActive { _ = try? directory.remove(name) }
            isActive = false
        }
    }

    /// Protects content that is in the store, if it is there with that size; else it has to be written.
    ///
    /// - Parameter verify: hash the content as well, so that damage is found now and healed by writing it again.
    public func reuse(_ digest: Digest, size: Int, verify: Bool = false) throws -> Bool {
        let isThere = try store.withGate(.shared) {
            try protect(digest)
            let isThere = try store.hasBlob(digest, size: size)
            // Where age decides what garbage is, content in use is young.
            if isThere { utimensat(store.root.descriptor, LayoutStore.blobName(digest), nil, 0) }
            return isThere
        }
        guard isThere, verify else { return isThere }
        do {
            try store.readBlob(Descriptor(mediaType: "", digest: digest, size: size)) { _ in }
        } catch let error as OCIError where error.code == .damaged {
            return false
        }
        try store.forgetDamage(digest)
        return true
    }

    /// Starts writing content of any size.
    public func writer(_ algorithm: Digest.Algorithm = .sha256) throws -> BlobWriter {
        try BlobWriter(lease: self, algorithm: algorithm)
    }

    /// Writes content that is at hand.
    ///
    /// - Returns: its descriptor.
    public func put(_ bytes: [UInt8], mediaType: String) throws -> Descriptor {
        let digest = Digest.of(bytes)
        if try !reuse(digest, size: bytes.count, verify: true) {
            let writer = try writer()
            try bytes.withUnsafeBytes { try writer.write($0) }
            try writer.commit(expecting: digest, size: bytes.count)
        }
        return Descriptor(mediaType: mediaType, digest: digest, size: bytes.count)
    }

    /// Writes a manifest in canonical form.
    ///
    /// - Returns: its descriptor, with the manifest's artifact type.
    public func put(_ manifest: Manifest) throws -> Descriptor {
        var descriptor = try put(manifest.canonicalBytes, mediaType: MediaType.manifest)
        descriptor.artifactType = manifest.artifactType
        return descriptor
    }

    /// Writes down that content must stay; called with the gate held.
    func protect(_ digest: Digest) throws {
        try file.write(Array("\(digest)\n".utf8))
    }
}

extension LayoutStore {
    /// Begins to publish: what is written or reused through the lease is safe from garbage collection until it ends.
    public func lease() throws -> Lease { try Lease(store: self) }
}
