import Glibc
import ZooFiles

/// The content that clients have sent to, or mounted into, one repository.
///
/// A store holds content once, whoever sent it; a registry must not show one repository's content in another. What a
/// repository's manifests refer to is its own, and the index says that. Content that no manifest refers to yet has an
/// empty file here, `.zoo/repositories/<repository>/<algorithm>-<hex>`, which also keeps it from garbage collection
/// for ``lifetime``. The time of the file is the last time that a client was told that the content is there.
package struct RepositoryBlobs {
    /// Seconds for which content waits for the manifest that refers to it.
    package static let lifetime = 24 * 3600

    private static let directoryName = "repositories"

    let store: LayoutStore
    let repository: RepositoryName

    /// Whether the content was sent to the repository and is still there, not known to be damaged.
    package func contains(_ digest: Digest) throws -> Bool {
        guard let directory = try directoryIfPresent() else { return false }
        return try directory.status(of: Self.name(digest)) != nil && store.hasSoundBlob(digest)
    }

    /// Notes content that is in the store, or that it is still wanted; answers false if the store lacks it.
    package func keep(_ digest: Digest) throws -> Bool {
        try store.withGate(.shared) {
            guard try store.hasBlob(digest) else { return false }
            // By the clock and not by its last tick, which file times have: who asks in the tick in which a manifest came
            // has asked after it.
            var now = timespec()
            clock_gettime(CLOCK_REALTIME, &now)
            try note(digest, at: now)
            return true
        }
    }

    /// Forgets content; answers false if it was not noted.
    package func forget(_ digest: Digest) throws -> Bool {
        guard let directory = try directoryIfPresent() else { return false }
        return try directory.remove(Self.name(digest))
    }

    /// Lets garbage collection take content as soon as it runs, unless a client has asked for it since a time.
    ///
    /// - Parameter time: nanoseconds since 1970.
    package func retire(_ digests: some Sequence<Digest>, since time: Int64) throws {
        guard let directory = try directoryIfPresent() else { return }
        let longAgo = [timespec(), timespec()]
        for digest in digests {
            let name = Self.name(digest)
            guard let status = try directory.status(of: name), status.modified <= time else { continue }
            utimensat(directory.descriptor, name, longAgo, AT_SYMLINK_NOFOLLOW)
        }
    }

    /// Everything noted, with its size in bytes.
    package func all() throws -> [Digest: Int] {
        guard let directory = try directoryIfPresent() else { return [:] }
        var sizes: [Digest: Int] = [:]
        for name in try directory.names() {
            if let digest = Self.digest(name), let status = try store.blobStatus(digest) { sizes[digest] = status.size }
        }
        return sizes
    }

    /// Notes content, as of now if no time is given; called with the gate held.
    func note(_ digest: Digest, at time: timespec? = nil) throws {
        let directory = try store.workDirectory(Self.directoryName).directory(repository.fileName, create: true)
        let name = Self.name(digest)
        let times = time.map { [$0, $0] }
        if utimensat(directory.descriptor, name, times, AT_SYMLINK_NOFOLLOW) == 0 { return }
        _ = try directory.open(name, flags: O_WRONLY | O_CREAT | O_NOFOLLOW)
        try directory.sync()
        if times != nil { utimensat(directory.descriptor, name, times, AT_SYMLINK_NOFOLLOW) }
    }

    private func directoryIfPresent() throws -> OpenFile? {
        try store.root.openIfPresent(
            ".zoo/\(Self.directoryName)/\(repository.fileName)",
            flags: O_RDONLY | O_DIRECTORY | O_NOFOLLOW
        )
    }

    /// Drops the notes that have served their time; called by garbage collection, which holds the gate alone.
    ///
    /// - Parameter wanted: what manifests of a repository refer to without having brought it along.
    /// - Returns: the content that the remaining notes keep.
    static func sweep(
        _ store: LayoutStore,
        dryRun: Bool,
        wanted: (RepositoryName) -> Set<Digest>
    ) throws -> Set<Digest> {
        var kept: Set<Digest> = []
        guard let all = try store.root.openIfPresent(".zoo/\(directoryName)", flags: O_RDONLY | O_DIRECTORY) else {
            return kept
        }
        let oldest = Int64(time(nil) - lifetime) * 1_000_000_000
        for fileName in try all.names() {
            guard let repository = RepositoryName(fileName: fileName),
                let directory = try all.openIfPresent(fileName, flags: O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
            else { continue }
            let wanted = wanted(repository)
            var isEmpty = true
            for name in try directory.names() {
                guard let digest = Self.digest(name), let status = try directory.status(of: name) else { continue }
                if status.modified > oldest || wanted.contains(digest) {
                    kept.insert(digest)
                    isEmpty = false
                } else if !dryRun {
                    try directory.remove(name)
                }
            }
            if isEmpty, !dryRun { unlinkat(all.descriptor, fileName, AT_REMOVEDIR) }
        }
        return kept
    }

    private static func name(_ digest: Digest) -> String { "\(digest.algorithm.rawValue)-\(digest.hex)" }

    private static func digest(_ name: String) -> Digest? {
        guard let dash = name.firstIndex(of: "-"), let algorithm = Digest.Algorithm(rawValue: String(name[..<dash]))
        else { return nil }
        return Digest(algorithm, hex: String(name[name.index(after: dash)...]))
    }
}

extension LayoutStore {
    /// What clients have sent to a repository.
    package func blobs(of repository: RepositoryName) -> RepositoryBlobs {
        RepositoryBlobs(store: self, repository: repository)
    }

    /// The repositories that clients have sent something to.
    package func repositoriesWithBlobs() throws -> [RepositoryName] {
        guard let all = try root.openIfPresent(".zoo/repositories", flags: O_RDONLY | O_DIRECTORY) else { return [] }
        return try all.names().compactMap(RepositoryName.init(fileName:))
    }

    /// When content was written or last published, in nanoseconds since 1970; nil if it is not there.
    package func blobTime(_ digest: Digest) throws -> Int64? { try blobStatus(digest)?.modified }
}
