import OCI
import Synchronization

/// The repositories of a store, as the index lists them at some time.
final class Catalog: Sendable {
    /// The repositories by name.
    let repositories: [RepositoryName: RepositoryListing]
    /// Their names, sorted by their bytes.
    let names: [RepositoryName]
    /// How many tags there are in all.
    let tagCount: Int

    /// Groups the entries of an index; what has not changed since the last catalog is taken over from it.
    init(_ index: ImageIndex, last: Catalog?) {
        var entries: [RepositoryName: [Descriptor]] = [:]
        var attached: [Digest: [Descriptor]] = [:]
        for entry in index.manifests {
            if let repository = entry.place?.repository {
                entries[repository, default: []].append(entry)
            } else if let subject = LayoutStore.attachedSubject(of: entry) {
                attached[subject, default: []].append(entry)
            }
        }
        // What was signed or said on this machine belongs to every repository that has what it is about.
        if !attached.isEmpty {
            for name in entries.keys { entries[name]?.addReferrers(attached) }
        }
        repositories = Dictionary(
            uniqueKeysWithValues: entries.map { name, entries in
                if let known = last?.repositories[name], known.entries == entries { return (name, known) }
                return (name, RepositoryListing(name, entries))
            }
        )
        names = repositories.keys.sorted { $0.description.utf8.lexicographicallyPrecedes($1.description.utf8) }
        tagCount = repositories.values.reduce(0) { $0 + $1.tags.count }
    }
}

/// The store as the server sees it: its index, read when it changes, and what repositories hold.
///
/// Its functions wait for the disk; call them on a thread that may.
final class CatalogReader: Sendable {
    let store: LayoutStore
    let manifests: ManifestCache
    private let index: IndexReader
    private let last = Mutex<(version: Int, catalog: Catalog)?>(nil)

    init(_ index: IndexReader) {
        self.index = index
        store = index.store
        manifests = ManifestCache(store)
    }

    /// The catalog as of now: what this or another process has published before this call is in it.
    func current() throws -> Catalog {
        try last.withLock { last in
            let (index, version) = try index.current()
            if let last, last.version == version { return last.catalog }
            let catalog = Catalog(index, last: last?.catalog)
            last = (version, catalog)
            return catalog
        }
    }

    /// A repository's entry in the index, if it has one.
    func listing(_ repository: RepositoryName) throws -> RepositoryListing? { try current().repositories[repository] }

    /// Whether a repository has a blob: through one of its manifests, or because a client has sent it.
    ///
    /// What is known to be damaged counts as missing, so that a push, which asks first, sends it again.
    func hasBlob(_ digest: Digest, in repository: RepositoryName) throws -> Bool {
        if let size = try listing(repository)?.contents(manifests).blobs[digest] {
            return try store.hasSoundBlob(digest, size: size)
        }
        return try store.blobs(of: repository).contains(digest)
    }

    /// Whether content that a manifest refers to is known to be damaged.
    func isSpoilt(_ manifest: Descriptor) throws -> Bool {
        guard try store.hasKnownDamage(), let summary = manifests.summary(of: manifest) else { return false }
        return try summary.blobs.contains { try store.isKnownDamaged($0.digest) }
    }

    /// A manifest of a repository by its digest.
    func manifest(_ digest: Digest, in repository: RepositoryName) throws -> Descriptor? {
        try listing(repository)?.contents(manifests).manifests[digest]
    }

    /// Bytes that a repository holds, each content counted once.
    func size(of repository: RepositoryName) throws -> Int {
        var sizes = try store.blobs(of: repository).all()
        if let contents = try listing(repository)?.contents(manifests) {
            sizes.merge(contents.blobs) { $1 }
            for (digest, descriptor) in contents.manifests { sizes[digest] = descriptor.size }
        }
        return sizes.values.reduce(0) { $0.addingReportingOverflow($1).partialValue }
    }
}

extension [Descriptor] {
    /// Adds what is about these manifests, and what is about that.
    fileprivate mutating func addReferrers(_ attached: [Digest: [Descriptor]]) {
        var seen = Set(map(\.digest))
        var position = 0
        while position < count {
            for referrer in attached[self[position].digest] ?? [] where seen.insert(referrer.digest).inserted {
                append(referrer)
            }
            position += 1
        }
    }
}
