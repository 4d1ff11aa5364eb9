import OCI
import Synchronization

/// One repository as the index lists it.
final class RepositoryListing: Sendable {
    /// Everything that the repository's manifests lead to.
    struct Contents: Sendable {
        /// Manifests and indexes, by digest.
        var manifests: [Digest: Descriptor] = [:]
        /// Configurations and layers with their sizes.
        var blobs: [Digest: Int] = [:]
        /// Manifests that an index of the repository lists.
        var children: [Digest: Digest] = [:]
        /// A manifest for each blob that needs it.
        var users: [Digest: Digest] = [:]
    }

    /// The repository.
    let name: RepositoryName
    /// Its entries in the index.
    let entries: [Descriptor]
    /// Its tags, sorted by their bytes.
    let tags: [String]
    private let targets: [String: Descriptor]
    private let computed = Mutex<(contents: Contents, unread: [Digest])?>(nil)

    init(_ name: RepositoryName, _ entries: [Descriptor]) {
        self.name = name
        self.entries = entries
        var targets: [String: Descriptor] = [:]
        for entry in entries {
            if let tag = entry.place?.tag { targets[tag] = entry }
        }
        self.targets = targets
        tags = targets.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// What a tag points to.
    func target(of tag: String) -> Descriptor? { targets[tag] }

    /// Everything that the manifests lead to, but for what the repository lacked when they were pushed.
    func contents(_ manifests: ManifestCache) -> Contents {
        computed.withLock { computed in
            // Manifests that were damaged or missing may have been pushed again.
            if let computed, !computed.unread.contains(where: manifests.isSound) { return computed.contents }
            var contents = Contents()
            var unread: [Digest] = []
            for entry in entries { Self.collect(entry, manifests, into: &contents, unread: &unread) }
            computed = (contents, unread)
            return contents
        }
    }

    private static func collect(
        _ entry: Descriptor,
        _ manifests: ManifestCache,
        into contents: inout Contents,
        unread: inout [Digest]
    ) {
        let missing = entry.missing
        var open = [entry]
        var seen: Set<Digest> = [entry.digest]
        while let descriptor = open.popLast() {
            contents.manifests[descriptor.digest] = contents.manifests[descriptor.digest] ?? descriptor
            guard let summary = manifests.summary(of: descriptor) else {
                if !manifests.isSound(descriptor.digest) { unread.append(descriptor.digest) }
                continue
            }
            for blob in summary.blobs {
                // What was missing may have come since then.
                contents.users[blob.digest] = descriptor.digest
                if !missing.contains(blob.digest) { contents.blobs[blob.digest] = blob.size }
            }
            for child in summary.manifests where !missing.contains(child.digest) {
                contents.children[child.digest] = descriptor.digest
                if seen.insert(child.digest).inserted { open.append(child) }
            }
        }
    }
}
