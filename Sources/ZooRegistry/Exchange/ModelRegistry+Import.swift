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
        guard try OpenFile(path, flags: O_RDONLY).status().kind != .directory else {
            throw RegistryError(.invalid, "\(path) is a directory; zoo publish packs a model directory")
        }
        let own = try ownStore()
        let scratch = try scratch()
        try ArchiveReader(path: path, limits: ArchiveLimits(entries: 100_000)).extract(into: scratch.path)
        return try Self.naming(path, insteadOf: scratch.path, beside: home) {
            try importLayout(scratch.path, from: path, as: name, into: own, move)
        }
    }

    /// Runs `body`; what it finds wrong with the archive's content names the archive, not the place that nobody knows.
    private static func naming<Result>(
        _ path: String,
        insteadOf scratch: String,
        beside home: String,
        _ body: () throws -> Result
    ) throws -> Result {
        func renamed(_ text: String) -> String? {
            let text = text.replacing("\(scratch)/", with: "")
            // What names another place is about that one: the user's own store.
            return text.contains(path) || text.contains(home) ? nil : "\(path): \(text)"
        }
        do {
            return try body()
        } catch let error as OCIError where error.code != .contended {
            guard let text = renamed(error.description) else { throw error }
            throw RegistryError(error.code == .damaged ? .damaged : .invalid, text)
        } catch let error as RegistryError where error.code == .invalid || error.code == .damaged {
            guard let text = renamed(error.description) else { throw error }
            throw RegistryError(error.code, text)
        }
    }

    private func importLayout(
        _ directory: String,
        from path: String,
        as name: String?,
        into own: LayoutStore,
        _ move: Bool
    ) throws -> [Transfer] {
        let source: LayoutStore
        do {
            source = try LayoutStore.open(at: directory)
        } catch let error as OCIError {
            throw RegistryError(.invalid, "\(path) holds no OCI layout", cause: error)
        }
        let index = try source.exchangedIndex()
        let isReferrer = try index.manifests.map { try Self.isReferrer($0, in: source) }
        let listed = zip(index.manifests, isReferrer).filter { !$0.1 }.map(\.0)
        guard !listed.isEmpty else {
            throw RegistryError(.invalid, "\(path) lists no model")
        }
        guard name == nil || listed.count == 1 else {
            throw RegistryError(.usage, "\(path) holds \(listed.count) models, so one name does not do")
        }
        // Where its own reader can find them: what is attached to the models.
        try source.attach(Self.attached(index, in: source) + zip(index.manifests, isReferrer).filter(\.1).map(\.0))
        return try listed.map { descriptor in
            try importModel(ModelArtifact(store: source, descriptor: descriptor), from: path, as: name, into: own, move)
        }
    }

    private static func isReferrer(_ descriptor: Descriptor, in source: LayoutStore) throws -> Bool {
        guard descriptor.mediaType == MediaType.manifest else { return false }
        return try source.manifest(descriptor).subject != nil
    }

    /// What an exported index says is attached to its models.
    private static func attached(_ index: ImageIndex, in source: LayoutStore) throws -> [Descriptor] {
        guard let text = index.annotations[LayoutStore.referrersKey] else { return [] }
        return try ImageIndex(parsing: source.readBlob(Digest(text), maxBytes: Manifest.byteLimit)).manifests
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
