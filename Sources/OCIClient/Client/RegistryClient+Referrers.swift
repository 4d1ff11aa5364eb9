import NIOHTTP1
package import OCI

extension RegistryClient {
    private static let indexLimit = 16 << 20

    /// The artifacts that name a manifest as their subject: signatures, attestations.
    ///
    /// Registries without the referrers API keep them in an index under the tag `sha256-<hex>` (Distribution
    /// specification, "Referrers Tag Schema"). Entries that cannot be read, such as those with a digest of an unknown
    /// kind, are passed over: whoever may write to the registry can add some.
    /// - Parameter artifactType: only artifacts of this type; nil for all.
    package func referrers(
        _ repository: String,
        of digest: Digest,
        artifactType: String? = nil
    ) async throws -> [Descriptor] {
        var address = host.address("\(repository)/referrers/\(digest)")
        if let artifactType { address = address.appending(query: "artifactType", artifactType) }
        var found: [Descriptor] = []
        var seen: Set<HTTPAddress> = []
        var room = Self.indexLimit
        while seen.insert(address).inserted {
            guard seen.count <= Self.pageCountLimit else {
                throw ClientError(.invalid, "\(host.name): the referrers do not end after \(Self.pageCountLimit) pages")
            }
            let answer = try await send(
                Request(.GET, address, headers: ["accept": MediaType.index]),
                scopes: [.repository(repository, "pull")]
            )
            guard answer.status == 200, answer.header("content-type")?.hasPrefix(MediaType.index) == true else {
                await answer.drain()
                // Registries of old answer an unknown path with anything but this index.
                guard answer.status == 200 || answer.status == 501 || (400...499).contains(answer.status) else {
                    throw await failure(answer)
                }
                found = try await fallbackIndex(repository, digest).manifests
                break
            }
            let bytes = try await answer.collect(limit: room)
            room -= bytes.count
            found += try ImageIndex(parsing: bytes, passesOver: true).manifests
            guard let next = Self.next(answer.headers("link")).flatMap({ address.resolving($0) }),
                next.origin == host.base.origin
            else { break }
            address = next
        }
        // A registry may ignore the filter.
        return artifactType.map { type in found.filter { $0.artifactType == type } } ?? found
    }

    /// Writes manifests that have the same subject, under their digests, and makes sure that
    /// ``referrers(_:of:artifactType:)`` finds them.
    ///
    /// - Throws: ``ClientError``; `.unavailable` where others keep taking them out of the list again.
    package func putReferrers(
        _ referrers: [(bytes: [UInt8], descriptor: Descriptor)],
        of subject: Digest,
        _ repository: String
    ) async throws {
        var unlisted: [Descriptor] = []
        for (bytes, descriptor) in referrers {
            let isListed = try await putManifest(
                bytes,
                mediaType: descriptor.mediaType,
                repository,
                descriptor.digest.description
            )
            if !isListed { unlisted.append(descriptor) }
        }
        if !unlisted.isEmpty { try await list(unlisted, of: subject, repository) }
    }

    /// Removes manifests that refer to one, and the index that lists them where there is one.
    ///
    /// - Throws: ``ClientError``; `.denied` where the registry does not allow it.
    package func deleteReferrers(_ referrers: [Descriptor], of subject: Digest, _ repository: String) async throws {
        // Registries may keep what an index lists.
        if let index = try await resolve(repository, tag: Self.fallbackTag(subject)) {
            try await deleteManifest(repository, index.description)
        }
        for referrer in referrers { try await deleteManifest(repository, referrer.digest.description) }
    }

    /// The tag that stands for the referrers API.
    static func fallbackTag(_ digest: Digest) -> String {
        "\(digest.algorithm.rawValue.prefix(32))-\(digest.hex.prefix(64))"
    }

    /// Whether a tag is of that kind, and so no name that people gave.
    package static func isFallbackTag(_ tag: String) -> Bool {
        guard let dash = tag.firstIndex(of: "-"), let algorithm = Digest.Algorithm(rawValue: String(tag[..<dash]))
        else {
            return false
        }
        let hex = tag[tag.index(after: dash)...]
        return hex.count == 64 && (algorithm != .sha256 || Digest(algorithm, hex: String(hex)) != nil)
    }

    private func fallbackIndex(_ repository: String, _ digest: Digest) async throws -> ImageIndex {
        guard let manifest = try await manifest(repository, Self.fallbackTag(digest)) else { return ImageIndex() }
        return try ImageIndex(parsing: manifest.bytes, passesOver: true)
    }
}
