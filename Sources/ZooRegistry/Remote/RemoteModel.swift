import OCI
package import OCIClient

/// A model in a registry: its manifest, configuration, document and card are here, its other layers are not.
package struct RemoteModel: Sendable {
    /// Where it was asked for, its tag settled.
    package let reference: RemoteReference
    /// The model; only its small documents are in the store behind it.
    package let artifact: ModelArtifact
    /// The registry that has it: the reference's, or a mirror.
    package let client: RegistryClient
    let manifestBytes: [UInt8]
    /// Bytes fetched for it.
    let fetched: Int
}

extension RemoteSession {
    /// Fetches what describes a model into a store: everything is checked before anything large is fetched.
    ///
    /// - Throws: ``RegistryError`` for what is not there or no model; `ClientError`, `OCIError`.
    func model(_ reference: RemoteReference, with lease: Lease) async throws -> RemoteModel {
        let (client, found, manifest) = try await locate(reference)
        var fetched = 0
        func need(_ descriptor: Descriptor, limit: Int) async throws {
            if try lease.reuse(descriptor.digest, size: descriptor.size, verify: true) { return }
            let bytes = try await client.blob(reference.repository, descriptor, limit: limit)
            fetched += bytes.count
            try lease.put(bytes, as: descriptor)
        }
        let document = try Self.parse(manifest, reference)
        try await need(document.config, limit: ModelArtifact.configLimit)
        for layer in document.layers
        where layer.mediaType == ModelMediaType.document || layer.mediaType == ModelMediaType.card {
            try await need(layer, limit: ModelDirectory.textLimit)
        }
        try lease.put(manifest.bytes, as: manifest.descriptor)
        return RemoteModel(
            reference: found,
            artifact: try ModelArtifact(store: lease.store, descriptor: manifest.descriptor),
            client: client,
            manifestBytes: manifest.bytes,
            fetched: fetched + manifest.bytes.count
        )
    }

    /// The digest that a reference has in the first registry that knows it, without fetching the manifest.
    func digest(_ reference: RemoteReference) async throws -> Digest? {
        if let digest = reference.digest { return digest }
        guard let tag = reference.tag else { return nil }
        for registry in sources(of: reference.registry) {
            do {
                if let digest = try await client(registry).resolve(reference.repository, tag: tag) { return digest }
            } catch let error as ClientError where registry != reference.registry {
                ignore(registry, after: error)
            }
        }
        return nil
    }

    /// The manifest of a reference, from its registry's mirrors first.
    ///
    /// Without a tag it is `latest`, or the only tag there is.
    private func locate(
        _ reference: RemoteReference
    ) async throws -> (RegistryClient, RemoteReference, FetchedManifest) {
        for registry in sources(of: reference.registry) {
            let client = try client(registry)
            do {
                if let manifest = try await client.manifest(reference.repository, reference.selector) {
                    return (client, reference, manifest)
                }
                guard reference.tag == nil, reference.digest == nil,
                    let tags = try await client.tags(reference.repository)?
                        .filter({ !RegistryClient.isFallbackTag($0) }), !tags.isEmpty
                else { continue }
                guard tags.count == 1 else {
                    throw RegistryError(
                        .usage,
                        "\(reference) has several tags and none is \"latest\"; say which: "
                            + tags.prefix(8).joined(separator: ", ")
                    )
                }
                let found = try reference.with(tag: tags[0])
                if let manifest = try await client.manifest(found.repository, tags[0]) {
                    return (client, found, manifest)
                }
            } catch let error as ClientError where registry != reference.registry {
                ignore(registry, after: error)
            }
        }
        throw RegistryError(
            .notFound,
            "no model \(reference); zoo list --remote \(reference.registry) shows what there is"
        )
    }

    private static func parse(_ manifest: FetchedManifest, _ reference: RemoteReference) throws -> Manifest {
        do {
            return try Manifest(parsing: manifest.bytes)
        } catch let error as OCIError {
            throw RegistryError(.invalid, "\(reference) is no zoo model", cause: error)
        }
    }
}
