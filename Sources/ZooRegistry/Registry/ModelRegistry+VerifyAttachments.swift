import OCI

extension ModelRegistry {
    /// Checks what is attached to models: that provenance does not contradict its model and, where the whole store is not
    /// hashed anyway, that the content is what the digests say.
    func verifyAttachments(of entries: [Entry], hashing: Bool, _ result: inout Verification) throws {
        let tags = Dictionary(grouping: entries, by: \.descriptor.digest).mapValues { $0.compactMap(\.reference) }
        for (origin, store) in try stores() where entries.contains(where: { $0.origin == origin }) {
            let referrers = try store.referrersBySubject()
            var seen: Set<Digest> = []
            for entry in entries where entry.origin == origin && seen.insert(entry.descriptor.digest).inserted {
                let digest = entry.descriptor.digest
                guard let attached = referrers[digest] else { continue }
                let wrong = try hashing ? hashAttachments(of: digest, in: store, &result) : []
                // A model that is damaged itself is reported already.
                let falseClaims = (try? artifact(entry)).map { contradictions(of: $0, among: attached) } ?? []
                for (referrer, reason) in wrong + falseClaims {
                    result.problems.append(
                        .init(
                            digest: referrer.digest,
                            title: referrer.artifactType ?? referrer.mediaType,
                            reason: reason,
                            tags: tags[digest] ?? []
                        )
                    )
                }
            }
        }
    }

    private func hashAttachments(
        of digest: Digest,
        in store: LayoutStore,
        _ result: inout Verification
    ) throws -> [(referrer: Descriptor, reason: String)] {
        var problems: [(Descriptor, String)] = []
        for referrer in try store.allReferrers(of: digest) where referrer.mediaType == MediaType.manifest {
            do {
                for content in try [referrer] + store.manifest(referrer).contents {
                    try store.readBlob(content) { _ in }
                    result.blobs += 1
                    result.bytes += content.size
                }
            } catch {
                problems.append((referrer, TextLine.flatten("attached to it: \(error)")))
            }
        }
        return problems
    }

    private func contradictions(
        of artifact: ModelArtifact,
        among referrers: [Descriptor]
    ) -> [(referrer: Descriptor, reason: String)] {
        guard let digests = try? contradictingProvenance(of: artifact, among: referrers) else { return [] }
        return referrers.filter { digests.contains($0.digest) }.map {
            ($0, "this provenance says something else than the model itself")
        }
    }
}
