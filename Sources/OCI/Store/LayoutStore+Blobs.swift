import Glibc
package import ZooFiles

extension LayoutStore {
    /// Where the content of a digest lies, whether it is there or not.
    public func blobPath(_ digest: Digest) -> String { "\(path)/\(Self.blobName(digest))" }

    static func blobName(_ digest: Digest) -> String { "blobs/\(digest.algorithm.rawValue)/\(digest.hex)" }

    /// Whether the store has content of that digest, and of that size if one is given.
    public func hasBlob(_ digest: Digest, size: Int? = nil) throws -> Bool {
        guard let status = try blobStatus(digest) else { return false }
        return status.kind == .file && (size == nil || status.size == size)
    }

    /// Size of content in bytes; throws ``OCIError`` `.notFound`.
    public func blobSize(_ digest: Digest) throws -> Int {
        guard let status = try blobStatus(digest) else { throw missing(digest) }
        return status.size
    }

    /// The content of a digest, checked against it.
    ///
    /// - Throws: ``OCIError`` `.notFound`, `.tooLarge`, or `.damaged` if the content is not what the digest says.
    public func readBlob(_ digest: Digest, maxBytes: Int) throws -> [UInt8] {
        let file = try openBlob(digest)
        guard let bytes = try file.readAll(limit: maxBytes) else {
            throw OCIError(.tooLarge, "\(digest) has more than \(maxBytes) bytes")
        }
        guard Digest.of(bytes, digest.algorithm) == digest else { throw damaged(digest) }
        return bytes
    }

    /// Lends the content block by block and checks size and digest at the end: what was lent is good only if this
    /// returns.
    ///
    /// - Throws: ``OCIError`` `.notFound` or `.damaged`; what `body` throws.
    public func readBlob(_ descriptor: Descriptor, _ body: (UnsafeRawBufferPointer) throws -> Void) throws {
        let file = try openBlob(descriptor.digest)
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 64)
        defer { buffer.deallocate() }
        var hasher = ContentHasher(descriptor.digest.algorithm)
        var size = 0
        while true {
            let count = try file.read(into: buffer)
            size += count
            guard size <= descriptor.size else { throw damaged(descriptor.digest) }
            let block = UnsafeRawBufferPointer(rebasing: buffer[..<count])
            hasher.update(block)
            if count > 0 { try body(block) }
            if count < buffer.count { break }
        }
        guard size == descriptor.size, hasher.digest() == descriptor.digest else { throw damaged(descriptor.digest) }
    }

    /// The manifest that a descriptor points to, checked against its digest.
    public func manifest(_ descriptor: Descriptor) throws -> Manifest {
        try Manifest(parsing: readBlob(descriptor.digest, maxBytes: Manifest.byteLimit))
    }

    package func openBlob(_ digest: Digest) throws -> OpenFile {
        guard let file = try root.openIfPresent(Self.blobName(digest), flags: O_RDONLY | O_NOFOLLOW) else {
            throw missing(digest)
        }
        return file
    }

    func blobStatus(_ digest: Digest) throws -> FileStatus? { try root.status(of: Self.blobName(digest)) }

    /// What a manifest or an index refers to; nothing for other content.
    func references(of descriptor: Descriptor) throws -> [Descriptor] {
        let isIndex = ManifestSummary.indexTypes.contains(descriptor.mediaType)
        guard isIndex || ManifestSummary.imageTypes.contains(descriptor.mediaType) else { return [] }
        let limit = isIndex ? ImageIndex.byteLimit : Manifest.byteLimit
        let bytes = try readBlob(descriptor.digest, maxBytes: limit)
        return try ManifestSummary(parsing: bytes, mediaType: descriptor.mediaType).references
    }

    func missing(_ digest: Digest) -> OCIError { OCIError(.notFound, "no content \(digest) in \(path)") }

    private func damaged(_ digest: Digest) -> OCIError {
        noteDamage(digest)
        return OCIError(
            .damaged,
            "content in \(blobPath(digest)) is not what its digest says; pull or publish it again"
        )
    }
}
