import OCI
import Synchronization

/// What the store's manifests say, read once each: content never changes.
final class ManifestCache: Sendable {
    private static let countLimit = 20_000

    private let store: LayoutStore
    private let summaries = Mutex<[Digest: ManifestSummary]>([:])

    init(_ store: LayoutStore) { self.store = store }

    /// What a manifest says; nil if it is not there, damaged, or no manifest.
    func summary(of descriptor: Descriptor) -> ManifestSummary? {
        if let known = summaries.withLock({ $0[descriptor.digest] }) { return known }
        guard let bytes = try? store.readBlob(descriptor.digest, maxBytes: Manifest.byteLimit),
            let summary = try? ManifestSummary(parsing: bytes, mediaType: descriptor.mediaType)
        else { return nil }
        remember(summary, as: descriptor.digest)
        return summary
    }

    /// Whether a manifest is there, and not known to be damaged.
    func isSound(_ digest: Digest) -> Bool { (try? store.hasSoundBlob(digest)) ?? false }

    /// Keeps what was read elsewhere.
    func remember(_ summary: ManifestSummary, as digest: Digest) {
        summaries.withLock { summaries in
            if summaries.count >= Self.countLimit {
                for digest in summaries.keys.prefix(Self.countLimit / 2) { summaries[digest] = nil }
            }
            summaries[digest] = summary
        }
    }
}
