import OCI
import ZooRegistry

/// What `zoo show` prints of a model.
struct ModelReport: Encodable {
    struct Layer: Encodable {
        let title: String
        let mediaType: String
        let digest: String
        let size: Int
        let sharedWithBase: Bool
    }

    struct Node: Encodable {
        let digest: String
        let reference: String?
        let present: Bool
        let descendants: [Node]?

        init(_ node: LineageNode) {
            digest = node.digest.description
            reference = node.reference
            present = node.entry != nil
            descendants = node.descendants.isEmpty ? nil : node.descendants.map(Node.init)
        }
    }

    let reference: String?
    let digest: String
    let origin: String
    let size: Int
    let published: String?
    /// Why the model is yanked; nil where it is not.
    let yanked: String?
    let document: ModelDocument
    let card: String?
    let layers: [Layer]
    /// Nearest base first.
    let bases: [Node]
    let descendants: [Node]
    /// Tensors by the path of their module, where they were asked for.
    var tensors: [String: [TensorRow]]?

    init(_ entry: ModelRegistry.Entry, in registry: ModelRegistry) throws {
        try self.init(
            registry.artifact(entry),
            reference: entry.reference,
            origin: entry.origin.rawValue,
            published: entry.summary.published,
            in: registry
        )
    }

    init(
        _ artifact: ModelArtifact,
        reference: String?,
        origin: String,
        published: String?,
        in registry: ModelRegistry
    ) throws {
        let ancestors = try registry.ancestors(of: artifact)
        let baseLayers = try ancestors.first?.entry.map { try registry.artifact($0).manifest.layers } ?? []
        let shared = Set(baseLayers.map(\.digest))
        self.reference = reference
        digest = artifact.digest.description
        self.origin = origin
        size = artifact.size
        self.published = published
        yanked = try registry.yankEvents(of: artifact.digest).standing?.reason
        document = artifact.document
        card = try artifact.card()
        layers = artifact.layers.map {
            Layer(
                title: $0.title,
                mediaType: $0.descriptor.mediaType,
                digest: $0.descriptor.digest.description,
                size: $0.descriptor.size,
                sharedWithBase: shared.contains($0.descriptor.digest)
            )
        }
        bases = ancestors.map(Node.init)
        descendants = try registry.descendants(of: artifact.digest).map(Node.init)
    }
}
