import OCI
import ZooArchive

extension ModelArtifact {
    /// The digests of the files that unpacking would write, hashed from the layers without writing any.
    ///
    /// - Throws: `OCIError` and `ArchiveError` for damaged layers, ``RegistryError`` for files that have no place.
    package func fileDigests() throws -> FileDigests {
        var files: FileDigests = [:]
        for layer in layers {
            try store.readBlob(layer.descriptor) { _ in }
            switch layer.role {
            case .document, .card:
                let bytes = try store.readBlob(layer.descriptor.digest, maxBytes: ModelDirectory.textLimit)
                files[ExactPath(layer.path)] = Digest.of(bytes)
            case .weights, .configuration:
                try hashFiles(of: layer, into: &files)
            }
        }
        return files
    }

    private func hashFiles(of layer: ModelLayer, into files: inout FileDigests) throws {
        let limit = layer.role.isWeights ? layer.descriptor.size : Self.configurationLimit
        let reader = try ArchiveReader(
            path: store.blobPath(layer.descriptor.digest),
            limits: ArchiveLimits(bytes: limit)
        )
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 64)
        defer { buffer.deallocate() }
        try reader.forEach { entry, read in
            guard !entry.isDirectory else { return }
            guard layer.allows(entry.path) else {
                throw RegistryError(
                    .invalid,
                    "the layer of \(layer.title) (\(layer.descriptor.digest)) holds \"\(entry.path)\""
                )
            }
            var hasher = ContentHasher()
            while true {
                let count = try read(buffer)
                hasher.update(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
                if count < buffer.count { break }
            }
            files[ExactPath(entry.path)] = hasher.digest()
        }
    }
}
