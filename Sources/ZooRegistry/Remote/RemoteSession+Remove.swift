package import OCI
import OCIClient

/// What removing from a registry did, or would do.
package struct RemoteRemoval: Sendable {
    /// What was asked for.
    package let reference: RemoteReference
    /// The model.
    package let digest: Digest
    /// Tags that are gone.
    package let tags: [String]
    /// Tags of the repository that still keep the model; where there are any, one tag alone is gone.
    package let remaining: [String]
    /// How many signatures and statements about the model are gone with it.
    package let referrers: Int
}

extension RemoteSession {
    /// Removes a model from a registry, with the signatures and statements about it; a tag alone where another tag of the
    /// repository keeps the model. A digest removes the model with all its tags.
    ///
    /// The model goes first, so that nothing is lost where the registry forbids it.
    ///
    /// - Parameters:
    ///   - force: removes a model that others in the registry are built on, too, and does not look for them.
    ///   - dryRun: only looks.
    /// - Throws: ``RegistryError``: `usage` without tag and digest, `notFound`, `conflict` where others are built on it or
    ///   the tag points to another model than the digest; `ClientError` `.denied` where the registry forbids it.
    package func remove(
        _ reference: RemoteReference,
        force: Bool = false,
        dryRun: Bool = false
    ) async throws -> RemoteRemoval {
        let client = try client(reference.registry)
        let repository = reference.repository
        let digest = try await target(of: reference, client)
        let tags = try await Self.concurrently(client.tags(repository) ?? []) { tag in
            try await client.resolve(repository, tag: tag) == digest ? tag : nil
        }.compactMap(\.self).sorted()
        let remaining = reference.digest == nil ? tags.filter { $0 != reference.tag } : []
        if let tag = reference.tag, !remaining.isEmpty {
            if !dryRun { try await removeAlone(tag, reference, digest, remaining, client) }
            return RemoteRemoval(
                reference: reference,
                digest: digest,
                tags: [tag],
                remaining: remaining,
                referrers: 0
            )
        }
        let referrers = try await client.referrers(repository, of: digest)
        let isThere = try await client.hasManifest(repository, digest)
        guard isThere || !referrers.isEmpty else { throw Self.nothing(at: reference) }
        if isThere, !force { try await refuseOrphans(of: digest, reference) }
        if !dryRun {
            if isThere { try await client.deleteManifest(repository, digest.description) }
            try await client.deleteReferrers(referrers, of: digest, repository)
        }
        return RemoteRemoval(
            reference: reference,
            digest: digest,
            tags: tags,
            remaining: [],
            referrers: referrers.count
        )
    }

    private func target(of reference: RemoteReference, _ client: RegistryClient) async throws -> Digest {
        guard let tag = reference.tag else {
            guard let digest = reference.digest else {
                throw RegistryError(.usage, "remove what? name a tag or digest: \(reference):TAG")
            }
            return digest
        }
        guard let digest = try await client.resolve(reference.repository, tag: tag) else {
            throw Self.nothing(at: reference)
        }
        guard reference.digest == nil || reference.digest == digest else {
            throw RegistryError(.conflict, "\(reference) is another model by now (\(digest))")
        }
        return digest
    }

    /// Removes one of several tags of a model.
    private func removeAlone(
        _ tag: String,
        _ reference: RemoteReference,
        _ digest: Digest,
        _ remaining: [String],
        _ client: RegistryClient
    ) async throws {
        do {
            try await client.deleteManifest(reference.repository, tag)
        } catch let error as ClientError where error.code == .refused || error.code == .denied {
            throw RegistryError(
                .conflict,
                "\(reference.registry) does not remove one tag of several (\(remaining.prefix(5).joined(separator: ", ")) "
                    + "\(remaining.count == 1 ? "is" : "are") the same model); "
                    + "\(reference.registry)/\(reference.repository)@\(digest) removes the model with all its tags",
                cause: error
            )
        }
    }

    private func refuseOrphans(of digest: Digest, _ reference: RemoteReference) async throws {
        let orphans = try await models(builtOn: digest, in: reference.registry)
        guard orphans.isEmpty else {
            let names = orphans.prefix(5).map(\.description).joined(separator: ", ")
            throw RegistryError(
                .conflict,
                "\(reference) is the base of \(names)\(orphans.count > 5 ? ", …" : ""); --force removes it all the same"
            )
        }
    }

    private static func nothing(at reference: RemoteReference) -> RegistryError {
        RegistryError(
            .notFound,
            "no model \(reference); zoo list --remote \(reference.registry) shows what there is"
        )
    }
}
