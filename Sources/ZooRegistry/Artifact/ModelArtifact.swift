public import OCI
import ZooJSON

/// A published model, as its manifest, configuration and document describe it; all three are checked on the way in.
public struct ModelArtifact: Sendable {
    /// The store it was read from.
    public let store: LayoutStore
    /// What points to its manifest.
    public let descriptor: Descriptor
    /// Its manifest.
    public let manifest: Manifest
    /// Its `zoo.json`.
    public let document: ModelDocument
    package let layers: [ModelLayer]

    /// Configurations longer than this are refused.
    static let configLimit = 1 << 20

    /// Reads and checks a model; layers other than the document are not touched.
    ///
    /// - Throws: ``RegistryError`` (`invalid`) for an artifact that is no zoo model or breaks ModelPack's rules,
    ///   `OCIError` for content that is missing or damaged.
    public init(store: LayoutStore, descriptor: Descriptor) throws {
        self.store = store
        self.descriptor = descriptor
        manifest = try store.manifest(descriptor)
        let digest = descriptor.digest
        guard manifest.artifactType == ModelMediaType.manifest else {
            throw RegistryError(
                .invalid,
                "\(digest) is no model: its artifact type is \(manifest.artifactType ?? "missing")"
            )
        }
        guard manifest.config.mediaType == ModelMediaType.config else {
            throw RegistryError(.invalid, "\(digest): the configuration's type is \(manifest.config.mediaType)")
        }
        let config = try Self.config(manifest.config, in: store)
        layers = try Self.layers(manifest, config: config)
        document = try Self.document(layers, in: store)
        guard manifest.annotations[Annotation.baseDigest] == document.base?.digest else {
            throw RegistryError(
                .invalid,
                "\(digest): the manifest's base is \(manifest.annotations[Annotation.baseDigest] ?? "missing"), "
                    + "but zoo.json says \(document.base?.digest ?? "none")"
            )
        }
        for module in document.modules where !layers.contains(where: { $0.path == module.path && $0.role.isWeights }) {
            throw RegistryError(.invalid, "\(digest): zoo.json lists \(module.path), but no layer holds it")
        }
    }

    /// The digest of the manifest: the model's identity.
    public var digest: Digest { descriptor.digest }

    /// The pinned base, nil for an encoder.
    public var baseDigest: Digest? { document.base.flatMap { try? Digest($0.digest) } }

    /// Bytes of manifest, configuration and layers together.
    public var size: Int {
        manifest.contents.reduce(descriptor.size) { $0.saturatingSum($1.size) }
    }

    /// The card's text, nil where there is none.
    public func card() throws -> String? {
        guard let layer = layers.first(where: { $0.role == .card }) else {
            return nil
        }
        let bytes = try store.readBlob(layer.descriptor.digest, maxBytes: ModelDirectory.textLimit)
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func config(_ descriptor: Descriptor, in store: LayoutStore) throws -> ModelPackConfig {
        let what = "model configuration \(descriptor.digest)"
        let bytes = try store.readBlob(descriptor.digest, maxBytes: configLimit)
        let config = try DocumentJSON.decode(ModelPackConfig.self, from: bytes, what: what)
        try ModelPackConfig.checkMembers(JSONValue(parsing: bytes), what: what)
        guard config.modelfs.type == "layers" else {
            throw RegistryError(.invalid, "\(what): modelfs.type is \"\(config.modelfs.type)\", not \"layers\"")
        }
        return config
    }

    private static func layers(_ manifest: Manifest, config: ModelPackConfig) throws -> [ModelLayer] {
        let diffIDs = config.modelfs.diffIds
        guard diffIDs.count == manifest.layers.count, !diffIDs.isEmpty else {
            throw RegistryError(
                .invalid,
                "the manifest has \(manifest.layers.count) layers, but the configuration \(diffIDs.count) diffIds"
            )
        }
        let layers = try zip(manifest.layers, diffIDs).map { try ModelLayer($0, diffID: Digest($1)) }
        var places: Set<String> = []
        for layer in layers where !places.insert(layer.title).inserted {
            throw RegistryError(.invalid, "two layers hold the \(layer.title)")
        }
        return layers
    }

    private static func document(_ layers: [ModelLayer], in store: LayoutStore) throws -> ModelDocument {
        guard let layer = layers.first(where: { $0.role == .document }) else {
            throw RegistryError(.invalid, "the artifact has no zoo.json layer: it is no zoo model")
        }
        let bytes = try store.readBlob(layer.descriptor.digest, maxBytes: ModelDirectory.textLimit)
        return try ModelDocument(parsing: bytes, what: ModelDocument.fileName)
    }
}
