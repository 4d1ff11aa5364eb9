import OCI

extension Lease {
    /// Writes an artifact about another one: a manifest without configuration, with one content and a subject.
    ///
    /// The same content about the same subject always has the same digest. Nothing lists it before
    /// `LayoutStore.attach`.
    /// - Parameter subject: what it is about.
    func putReferrer(
        _ content: [UInt8],
        type: String,
        about subject: Descriptor,
        annotations: Annotations = [:]
    ) throws -> Descriptor {
        let config = try put(Array("{}".utf8), mediaType: MediaType.empty)
        let layer = try put(content, mediaType: type)
        return try put(
            Manifest(
                artifactType: type,
                config: config,
                layers: [layer],
                subject: Descriptor(mediaType: subject.mediaType, digest: subject.digest, size: subject.size),
                annotations: annotations
            )
        )
    }
}

extension LayoutStore {
    /// The one content of a referrer that `zoo` or a tool of the same habits wrote.
    ///
    /// - Throws: ``RegistryError`` (`invalid`) where it is about something else than the index says, or is of another
    ///   shape; `OCIError` for damage.
    func referrerContent(_ referrer: Descriptor, about subject: Digest, maxBytes: Int) throws -> [UInt8] {
        let manifest = try manifest(referrer)
        guard manifest.subject?.digest == subject else {
            throw RegistryError(
                .invalid,
                "\(referrer.digest) is about \(manifest.subject?.digest.description ?? "nothing"), not about \(subject)"
            )
        }
        guard manifest.layers.count == 1 else {
            throw RegistryError(.invalid, "\(referrer.digest) has \(manifest.layers.count) contents instead of one")
        }
        return try readBlob(manifest.layers[0].digest, maxBytes: maxBytes)
    }
}
