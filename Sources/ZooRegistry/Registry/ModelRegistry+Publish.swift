public import OCI

/// What publishing did.
public struct Publication: Sendable {
    /// A layer as it was stored.
    public struct Layer: Sendable {
        /// What it is: `encoder weights`, `heads/income configuration`.
        public let title: String
        /// Digest of the blob.
        public let digest: Digest
        /// Bytes of the blob.
        public let size: Int
        /// Whether the store grew by it.
        public let isNew: Bool
        /// Whether the base has the same content.
        public let isShared: Bool
    }

    /// `name:tag`.
    public let reference: String
    /// The manifest's digest.
    public let digest: Digest
    /// The pinned base's digest.
    public let baseDigest: Digest?
    /// What the tag pointed to before, if it moved.
    public let previous: Digest?
    /// The layers in order.
    public let layers: [Layer]
    /// Bytes by which the store grew.
    public let growth: Int
    /// The base that had to be copied out of the bundled zoo, if it had to.
    public let pulledBase: String?
}

extension ModelRegistry {
    /// Packs a model directory and points a tag to it.
    ///
    /// Everything is checked before the tag exists: the directory, its document, and that the pinned base is at hand
    /// and has the same encoder to the byte. Publishing the same directory twice gives the same digest and changes
    /// nothing.
    ///
    /// - Parameters:
    ///   - directory: the model directory.
    ///   - name: `NAME:TAG`; the tag is `latest` if none is given.
    ///   - move: whether the tag may leave another model that it points to.
    /// - Throws: ``RegistryError``: `invalid`, `base`, or `conflict` for a tag that points elsewhere.
    @discardableResult
    public func publish(directory: String, as name: String, move: Bool = false) throws -> Publication {
        let target = try Self.localName(name)
        let model = try ModelDirectory(directory)
        let document = try model.validate()
        let own = try ownStore()
        let lease = try own.lease()
        defer { lease.end() }
        let (base, pulledBase) = try base(of: document, into: own)
        let packer = ModelPacker(directory: model, document: document, lease: lease, base: base)
        let packed = try packer.pack()
        let artifact = try ModelArtifact(store: own, descriptor: packed.descriptor)
        try attachProvenance(to: artifact, with: lease)
        let previous = try tag(artifact, as: target, in: own, move: move)
        return Publication(
            reference: target,
            digest: packed.descriptor.digest,
            baseDigest: base?.digest,
            previous: previous,
            layers: packed.layers.map {
                Publication.Layer(
                    title: $0.layer.title,
                    digest: $0.layer.descriptor.digest,
                    size: $0.layer.descriptor.size,
                    isNew: $0.isNew,
                    isShared: $0.isShared
                )
            },
            growth: packed.growth,
            pulledBase: pulledBase
        )
    }

    /// Makes sure, before a model is trained for hours, that it can be published under a name.
    ///
    /// - Throws: ``RegistryError``: `usage` for what cannot be a tag here, `conflict` for a tag that exists, unless
    ///   `move` says that it may go to another model.
    public func checkTag(_ name: String, move: Bool) throws {
        let target = try Self.localName(name)
        if !move, let current = try? existingOwnStore()?.resolve(target) {
            throw Self.conflict(target, current)
        }
    }

    private static func conflict(_ name: String, _ current: Descriptor) -> RegistryError {
        RegistryError(
            .conflict,
            "\(name) exists already, as \(current.digest); choose another tag, or give --move to move this one"
        )
    }

    /// The pinned base; one that only the bundled zoo has is copied first, so that the store stands on its own.
    private func base(of document: ModelDocument, into own: LayoutStore) throws -> (ModelArtifact?, pulled: String?) {
        guard let base = document.base else {
            return (nil, nil)
        }
        guard let entry = try entry(for: Digest(base.digest)) else {
            throw RegistryError(
                .base,
                "the base \(base.reference)@\(base.digest) is neither in \(home) nor in the bundled zoo; "
                    + "zoo pull \(base.reference), or import it, then publish again"
            )
        }
        guard entry.origin == .bundled else {
            return (try ModelArtifact(store: own, descriptor: entry.descriptor), nil)
        }
        let pulled = try pull(entry)
        return (try ModelArtifact(store: own, descriptor: entry.descriptor), pulled.reference)
    }

    /// Points a tag to a model, unless it points to another one already.
    ///
    /// - Parameter registry: where the model comes from, as a policy names it.
    /// - Returns: what the tag pointed to before, if it moved.
    func tag(
        _ artifact: ModelArtifact,
        as name: String,
        in store: LayoutStore,
        move: Bool,
        from registry: String = Policy.localRegistry
    ) throws -> Digest? {
        let current = try? store.resolve(name)
        if let current, current.digest == artifact.digest, ModelSummary(current) != nil {
            return nil
        }
        if let current, current.digest != artifact.digest, !move {
            throw Self.conflict(name, current)
        }
        let summary = ModelSummary(artifact, published: Timestamp.now)
        var descriptor = summary.annotate(artifact.descriptor)
        if registry != Policy.localRegistry { descriptor.annotations[Entry.registryKey] = registry }
        try store.tag(descriptor, as: name)
        return current.flatMap { $0.digest == artifact.digest ? nil : $0.digest }
    }

    /// The name that a store's index lists a reference under.
    ///
    /// - Throws: ``RegistryError`` (`usage`) for what cannot be a tag in the user's store.
    static func localName(_ text: String) throws -> String {
        if let alias = try Alias(text) {
            throw RegistryError(.usage, "\(alias) is an alias, not a tag; zoo alias \(alias) TAG moves it")
        }
        do {
            let reference = try Reference(text)
            guard reference.registry == nil, reference.digest == nil else {
                throw RegistryError(
                    .usage,
                    "\(text): name a tag of your own store, NAME:TAG, without registry or digest"
                )
            }
            return reference.localName
        } catch let error as OCIError {
            throw RegistryError(.usage, error.message)
        }
    }
}
