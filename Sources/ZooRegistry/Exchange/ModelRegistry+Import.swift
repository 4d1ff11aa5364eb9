import Glibc
import OCI
import ZooArchive
import ZooFiles

extension ModelRegistry {
    /// Reads the models of an archive that `zoo export` or `skopeo copy … oci-archive:` wrote into the user's store.
    ///
    /// Nothing is believed: entries are extracted with limits, every blob is hashed, every model checked.
    /// - Parameters:
    ///   - name: the tag to give, needed where the archive names none; only for archives with one model.
    ///   - move: whether tags may leave other models that they point to.
    /// - Throws: ``RegistryError``, `OCIError` and `ArchiveError` saying what is wrong with the archive.
    public func importArchive(_ path: String, as name: String? = nil, move: Bool = false) throws -> [Transfer] {
        let own = try ownStore()
        let scratch = try scratch()
        try ArchiveReader(path: path, limits: ArchiveLimits(entries: 100_000)).extract(into: scratch.path)
        let source: LayoutStore
        do {
            source = try LayoutStore.open(at: scratch.path)
        } catch let error as OCIError {
            throw RegistryError(.invalid, "\(path) holds no OCI layout", cause: error)
        }
        let listed = try source.manifests()
        guard !listed.isEmpty else {
            throw RegistryError(.invalid, "\(path) lists no model")
        }
        guard name == nil || listed.count == 1 else {
            throw RegistryError(.usage, "\(path) holds \(listed.count) models, so one name does not do")
        }
        return try listed.map { descriptor in
            try importModel(ModelArtifact(store: source, descriptor: descriptor), from: path, as: name, into: own, move)
        }
    }

    private func importModel(
        _ artifact: ModelArtifact,
        from path: String,
        as name: String?,
        into own: LayoutStore,
        _ move: Bool
    ) throws -> Transfer {
        let listedName = artifact.descriptor.referenceName
        guard let target = name ?? listedName, name != nil || target.contains(":") else {
            let what = listedName.map { "only the tag \"\($0)\"" } ?? "no name"
            throw RegistryError(.usage, "\(path) gives the model \(what); say --as NAME:TAG")
        }
        let reference = try Self.localName(target)
        let lease = try own.lease()
        defer { lease.end() }
        var growth = 0
        var shared = 0
        try copy(artifact, with: lease, growth: &growth, shared: &shared)
        let copied = try ModelArtifact(store: own, descriptor: artifact.descriptor)
        _ = try tag(copied, as: reference, in: own, move: move)
        return Transfer(reference: reference, digest: artifact.digest, growth: growth, shared: shared, bases: [])
    }
}
