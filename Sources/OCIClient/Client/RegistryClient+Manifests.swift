import NIOHTTP1
package import OCI

/// A manifest as a registry has it.
package struct FetchedManifest: Sendable {
    /// The bytes as they came, checked against the digest.
    package let bytes: [UInt8]
    /// Media type, digest and size.
    package let descriptor: Descriptor
    /// What a conditional request names it by (RFC 9110, section 8.8.3); nil where the registry gives no strong one.
    let entityTag: String?
}

extension RegistryClient {
    private static let manifestTypes = [
        MediaType.manifest, MediaType.index, "application/vnd.docker.distribution.manifest.v2+json",
        "application/vnd.docker.distribution.manifest.list.v2+json",
    ]

    /// What a tag points to; nil if there is no such tag or repository.
    ///
    /// - Parameter isPushing: whether writing follows. Registries refuse reading from a repository that is not there yet,
    ///   unless the token may make it.
    package func resolve(_ repository: String, tag: String, isPushing: Bool = false) async throws -> Digest? {
        let answer = try await manifestAnswer(.HEAD, repository, tag, isPushing: isPushing)
        await answer.drain()
        switch answer.status {
        case 200:
            if let text = answer.header("docker-content-digest") {
                guard let digest = try? Digest(text) else {
                    throw ClientError(.invalid, "\(answer.request.display) is answered with what is no digest")
                }
                return digest
            }
            // Some registries leave the digest out of the answer to HEAD.
            return try await manifest(repository, tag)?.descriptor.digest
        case 404: return nil
        default: throw await failure(answer)
        }
    }

    /// Whether the repository has the manifest of a digest.
    package func hasManifest(
        _ repository: String,
        _ digest: Digest,
        isPushing: Bool = false
    ) async throws -> Bool {
        let answer = try await manifestAnswer(.HEAD, repository, digest.description, isPushing: isPushing)
        await answer.drain()
        switch answer.status {
        case 200: return true
        case 404: return false
        default: throw await failure(answer)
        }
    }

    /// The manifest of a tag or digest; nil if there is none.
    ///
    /// - Throws: ``ClientError`` `.damaged` if the bytes are not what the digest says.
    package func manifest(_ repository: String, _ reference: String) async throws -> FetchedManifest? {
        let answer = try await manifestAnswer(.GET, repository, reference)
        switch answer.status {
        case 200: break
        case 404:
            await answer.drain()
            return nil
        default: throw await failure(answer)
        }
        let bytes = try await answer.collect(limit: Manifest.byteLimit)
        let expected =
            try reference.contains(":")
            ? Digest(reference)
            : answer.header("docker-content-digest").flatMap { try? Digest($0) }
        let digest = Digest.of(bytes, expected?.algorithm ?? .sha256)
        guard expected == nil || digest == expected else {
            throw ClientError(
                .damaged,
                "\(answer.request.display): the manifest has digest \(digest), not \(expected?.description ?? "")"
            )
        }
        let type = answer.header("content-type").map { String($0.prefix { $0 != ";" }) } ?? MediaType.manifest
        return FetchedManifest(
            bytes: bytes,
            descriptor: Descriptor(mediaType: type, digest: digest, size: bytes.count),
            entityTag: answer.header("etag").flatMap { $0.hasPrefix("\"") ? $0 : nil }
        )
    }

    /// Writes a manifest as it is, under a tag or its digest.
    ///
    /// - Returns: whether the registry lists it under its subject by itself (`OCI-Subject`).
    /// - Throws: ``ClientError``; `.damaged` if the registry gives it another digest.
    @discardableResult
    package func putManifest(
        _ bytes: [UInt8],
        mediaType: String,
        _ repository: String,
        _ reference: String
    ) async throws -> Bool {
        let isListed = try await putManifest(bytes, mediaType: mediaType, repository, reference, if: [:])
        return isListed ?? false
    }

    /// As above, if `conditions` hold: nil where the registry says that they do not.
    func putManifest(
        _ bytes: [UInt8],
        mediaType: String,
        _ repository: String,
        _ reference: String,
        if conditions: HTTPHeaders
    ) async throws -> Bool? {
        let request = Request(
            .PUT,
            host.address("\(repository)/manifests/\(reference)"),
            headers: HTTPHeaders([("content-type", mediaType)] + conditions.map { ($0.name, $0.value) }),
            body: .bytes(bytes)
        )
        let answer = try await send(request, scopes: [.repository(repository, "pull", "push")])
        if answer.status == 412, !conditions.isEmpty {
            await answer.drain()
            return nil
        }
        guard answer.status == 201 || answer.status == 200 else { throw await failure(answer) }
        await answer.drain()
        if let text = answer.header("docker-content-digest"), let digest = try? Digest(text) {
            guard Digest.of(bytes, digest.algorithm) == digest else {
                throw ClientError(.damaged, "\(answer.request.display): the registry keeps it as \(digest)")
            }
        }
        return answer.header("oci-subject") != nil
    }

    /// Removes a manifest, or with a tag for `reference` only that tag; answers false if it was not there.
    ///
    /// - Throws: ``ClientError``; `.denied` where the registry does not allow it.
    @discardableResult
    package func deleteManifest(_ repository: String, _ reference: String) async throws -> Bool {
        let request = Request(.DELETE, host.address("\(repository)/manifests/\(reference)"))
        let answer = try await send(request, scopes: [.repository(repository, "pull", "push", "delete")])
        switch answer.status {
        case 200, 202, 204:
            await answer.drain()
            return true
        case 404:
            await answer.drain()
            return false
        default:
            let said = await said(in: answer)
            guard answer.status == 405 || answer.status == 501 || said.hasPrefix("UNSUPPORTED") else {
                throw failure(answer, said)
            }
            throw ClientError(
                .denied,
                "\(host.name) does not allow \(repository) \(reference) to be deleted (status \(answer.status)"
                    + "\(said.isEmpty ? "" : ", \(said)")); whoever runs the registry can allow it "
                    + "(Docker's: REGISTRY_STORAGE_DELETE_ENABLED=true)"
            )
        }
    }

    private func manifestAnswer(
        _ method: HTTPMethod,
        _ repository: String,
        _ reference: String,
        isPushing: Bool = false
    ) async throws -> HTTPAnswer {
        var headers = HTTPHeaders()
        headers.add(name: "accept", value: Self.manifestTypes.joined(separator: ", "))
        let answer = try await send(
            Request(method, host.address("\(repository)/manifests/\(reference)"), headers: headers),
            scopes: [isPushing ? .repository(repository, "pull", "push") : .repository(repository, "pull")]
        )
        try await refusePage(answer)
        return answer
    }
}
