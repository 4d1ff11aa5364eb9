import Glibc
import OCI
import ZooArchive
import ZooFiles

extension ModelRegistry {
    /// Writes a model as one file: an OCI layout in a tar, as `skopeo copy oci-archive:` reads it.
    ///
    /// - Parameters:
    ///   - path: the file; compressed with zstd where its name ends in `.zst`, which is for `zoo import` alone.
    /// - Returns: the size of the file.
    /// - Throws: ``RegistryError`` (`conflict`) if the file exists and `overwrite` is false.
    @discardableResult
    public func export(_ entry: Entry, to path: String, overwrite: Bool = false) throws -> Int {
        guard overwrite || access(path, F_OK) != 0 else {
            throw RegistryError(.conflict, "\(path) exists; --force replaces it")
        }
        let artifact = try artifact(entry)
        let sink = ExportSink(try AtomicFile(path))
        let writer = try ArchiveWriter(path.hasSuffix(".zst") ? .zstd : .none) { try sink.write($0) }
        var listed = artifact.descriptor
        listed.annotations = [:]
        listed.annotations[Annotation.referenceName] = entry.reference
        try Self.add(Array(#"{"imageLayoutVersion":"1.0.0"}"#.utf8), as: "oci-layout", to: writer)
        let referrers = try artifact.store.allReferrers(of: artifact.digest).filter {
            $0.mediaType == MediaType.manifest
        }
        let attached = ImageIndex(manifests: referrers).canonicalBytes
        let attachedDigest = Digest.of(attached)
        var index = ImageIndex(manifests: [listed])
        if !referrers.isEmpty { index.annotations[LayoutStore.referrersKey] = attachedDigest.description }
        try Self.add(index.canonicalBytes, as: "index.json", to: writer)
        // A directory that is not listed is made by skopeo as root's, which nobody else may do.
        try writer.addDirectory("blobs")
        for algorithm in Digest.Algorithm.allCases { try writer.addDirectory("blobs/\(algorithm.rawValue)") }
        if !referrers.isEmpty { try Self.add(attached, as: Self.blobName(attachedDigest), to: writer) }
        var seen: Set<Digest> = [attachedDigest]
        let contents = try
            ([artifact.descriptor] + artifact.manifest.contents
            + referrers.flatMap { try [$0] + artifact.store.manifest($0).contents })
            .filter { seen.insert($0.digest).inserted }
            .sorted { $0.digest.description < $1.digest.description }
        for content in contents {
            try writer.addFile(Self.blobName(content.digest), size: content.size) { sink in
                try artifact.store.readBlob(content) { try sink($0) }
            }
        }
        try writer.finish()
        return try sink.commit()
    }

    private static func blobName(_ digest: Digest) -> String { "blobs/\(digest.algorithm.rawValue)/\(digest.hex)" }

    private static func add(_ bytes: [UInt8], as name: String, to writer: ArchiveWriter) throws {
        try bytes.withUnsafeBytes { try writer.addFile(name, $0) }
    }
}

/// The file that an export grows into.
private final class ExportSink {
    private var file: AtomicFile?
    private var size = 0

    init(_ file: consuming AtomicFile) {
        self.file = consume file
    }

    func write(_ bytes: UnsafeRawBufferPointer) throws {
        try file?.write(bytes)
        size += bytes.count
    }

    func commit() throws -> Int {
        try file?.commit()
        return size
    }
}
