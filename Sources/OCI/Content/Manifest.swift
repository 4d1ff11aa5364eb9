import ZooJSON

/// What an artifact consists of (OCI image specification 1.1, "Image Manifest").
public struct Manifest: Hashable, Sendable {
    /// Largest manifest that zoo reads, as registries limit it.
    public static let byteLimit = 4 << 20

    /// What kind of artifact this is.
    public var artifactType: String?
    /// The configuration.
    public var config: Descriptor
    /// The contents, in order.
    public var layers: [Descriptor]
    /// The manifest that this one is about, for signatures and attestations.
    public var subject: Descriptor?
    /// Free texts.
    public var annotations: Annotations

    /// Describes an artifact.
    public init(
        artifactType: String? = nil,
        config: Descriptor,
        layers: [Descriptor],
        subject: Descriptor? = nil,
        annotations: Annotations = [:]
    ) {
        self.artifactType = artifactType
        self.config = config
        self.layers = layers
        self.subject = subject
        self.annotations = annotations
    }

    /// Parses a manifest; every digest in it is checked to be well formed.
    ///
    /// - Throws: ``OCIError``.
    public init(parsing bytes: [UInt8]) throws {
        guard bytes.count <= Self.byteLimit else {
            throw OCIError(.tooLarge, "a manifest of \(bytes.count) bytes, at most \(Self.byteLimit) allowed")
        }
        var config: Descriptor?
        var layers: [Descriptor]?
        let members = try DocumentMembers(parsing: bytes, what: "image manifest", mediaType: MediaType.manifest) {
            switch $1 {
            case "config": config = try Descriptor(from: &$0)
            case "layers": layers = try $0.descriptors()
            default: return false
            }
            return true
        }
        guard let config, let layers else {
            throw OCIError(.invalid, "not an OCI image manifest: config or layers missing")
        }
        self.init(
            artifactType: members.artifactType,
            config: config,
            layers: layers,
            subject: members.subject,
            annotations: members.annotations
        )
    }

    /// Config and layers.
    public var contents: [Descriptor] { [config] + layers }

    /// The manifest's canonical bytes: the same manifest always has the same digest.
    public var canonicalBytes: [UInt8] {
        DocumentMembers(artifactType: artifactType, subject: subject, annotations: annotations)
            .canonicalBytes(mediaType: MediaType.manifest, capacity: 512 + layers.count * 512) { writer in
                writer.raw("\"config\":")
                config.write(to: &writer)
                writer.raw(",\"layers\":")
                writer.array(layers) { $1.write(to: &$0) }
                writer.raw(",")
            }
    }
}
