import NIOHTTP1
import OCI
import ZooFiles

/// Writing the index that stands for the referrers API.
extension RegistryClient {
    private static let writesAtMost = 8
    private static let patience = Duration.seconds(30)

    /// Adds manifests to the index of their subject's referrers.
    ///
    /// The specification has no way to change the index in one step: of two that read it and then write it, the later
    /// one takes out what the earlier one has added. So one process of this machine changes it at a time; a registry that
    /// knows conditional requests is asked to refuse what was read too early; and for all others the index is read again
    /// when those who had read it before must have written it, and written again if need be.
    ///
    /// - Throws: ``ClientError`` `.unavailable` where an entry is still taken out after many writes.
    func list(_ referrers: [Descriptor], of subject: Digest, _ repository: String) async throws {
        let tag = Self.fallbackTag(subject)
        let place = Digest.of(Array("\(host.base.text)/\(repository):\(tag)".utf8))
        try await MachineLock.hold("zoo-referrers-\(place.hex)", patience: Self.patience) {
            let clock = ContinuousClock()
            for attempt in 0...Self.writesAtMost {
                let begun = clock.now
                let current = try await manifest(repository, tag)
                var index = try current.map { try ImageIndex(parsing: $0.bytes) } ?? ImageIndex()
                let present = Set(index.manifests.map(\.digest))
                let missing = referrers.filter { !present.contains($0.digest) }
                if missing.isEmpty { return }
                if attempt == Self.writesAtMost { break }
                index.manifests += missing
                let isWritten = try await putManifest(
                    index.canonicalBytes,
                    mediaType: MediaType.index,
                    repository,
                    tag,
                    if: Self.conditions(current)
                )
                let settling = settling(after: clock.now - begun, attempt)
                // Who was told that another came first only steps out of the way.
                try await Task.sleep(for: isWritten == nil ? settling * Double.random(in: 0...0.5) : settling)
            }
            throw ClientError(
                .unavailable,
                "others keep changing \(host.name)/\(repository):\(tag), the list of what is said about the model; "
                    + "push again"
            )
        }
    }

    /// Asks to write only over what was read; registries that do not know the question write all the same.
    private static func conditions(_ current: FetchedManifest?) -> HTTPHeaders {
        guard let current else { return ["if-none-match": "*"] }
        return current.entityTag.map { ["if-match": $0] } ?? [:]
    }

    /// How long after reading and writing the index another, slower writer may still overwrite it.
    private func settling(after duration: Duration, _ attempt: Int) -> Duration {
        let several = max(options.retry.base / 5, duration * 4) * (1 << min(attempt, 4))
        return min(several, options.retry.base * 8) * Double.random(in: 1...1.5)
    }
}
