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
    public var annotations: [String: String]

    /// Describes an artifact.
    public init(
        artifactType: String? = nil,
        config: Descriptor,
        layers: [Descriptor],
        subject: Descriptor? = nil,
        annotations: [String: String] = [:]
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
        var version: Int?
        var mediaType: String?
        var artifactType: String?
        var config: Descriptor?
        var layers: [Descriptor]?
        var subject: Descriptor?
        var annotations: [String: String] = [:]
        do {
            try bytes.withUnsafeBytes { bytes in
                try JSONReader.parse(bytes) { reader in
                    try reader.object { reader, key in
                        switch key {
                        case "schemaVersion": version = try reader.integer()
                        case "mediaType": mediaType = try reader.string()
                        case "artifactType": artifactType = try reader.string()
                        case "config": config = try Descriptor(from: &reader)
                        case "layers": layers = try reader.descriptors()
                        case "subject": subject = reader.null() ? nil : try Descriptor(from: &reader)
                        case "annotations": annotations = try reader.annotations()
                        default: try reader.skip()
                        }
                    }
                }
            }
        } catch {
            throw OCIError(.invalid, "not a manifest", cause: error)
        }
        guard version == 2, mediaType == nil || mediaType == MediaType.manifest, let config, let layers else {
            throw OCIError(
                .invalid,
                "not an OCI image manifest: \(mediaType ?? "schemaVersion, config or layers missing")"
            )
        }
        self.init(
            artifactType: artifactType,
            config: config,
            layers: layers,
            subject: subject,
            annotations: annotations
        )
    }

    /// Config and layers.
    public var contents: [Descriptor] { [config] + layers }

    /// The manifest's canonical bytes: the same manifest always has the same digest.
    public var canonicalBytes: [UInt8] {
        var members: [String: JSONValue] = [
            "schemaVersion": .number("2"),
            "mediaType": .string(MediaType.manifest),
            "config": config.json,
            "layers": .array(layers.map(\.json)),
        ]
        if let artifactType { members["artifactType"] = .string(artifactType) }
        if let subject { members["subject"] = subject.json }
        if !annotations.isEmpty { members["annotations"] = .object(annotations.mapValues(JSONValue.string)) }
        return JSONWriter.canonical(.object(members))
    }
}
