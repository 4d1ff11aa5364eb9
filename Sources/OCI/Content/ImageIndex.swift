import ZooJSON

/// A list of manifests (OCI image specification 1.1, "Image Index"), as `index.json` and as content.
public struct ImageIndex: Hashable, Sendable {
    /// Largest index that zoo reads: some hundred thousand tags.
    public static let byteLimit = 256 << 20

    /// What kind of artifact this is.
    public var artifactType: String?
    /// The manifests.
    public var manifests: [Descriptor]
    /// The manifest that this index is about.
    public var subject: Descriptor?
    /// Free texts.
    public var annotations: [String: String]

    /// Lists manifests.
    public init(
        artifactType: String? = nil,
        manifests: [Descriptor] = [],
        subject: Descriptor? = nil,
        annotations: [String: String] = [:]
    ) {
        self.artifactType = artifactType
        self.manifests = manifests
        self.subject = subject
        self.annotations = annotations
    }

    /// Parses an index, forgiving what other programs write: no media type, `"manifests":null`.
    ///
    /// - Throws: ``OCIError``.
    public init(parsing bytes: [UInt8]) throws {
        self.init()
        var version: Int?
        var mediaType: String?
        do {
            try bytes.withUnsafeBytes { bytes in
                try JSONReader.parse(bytes) { reader in
                    try reader.object { reader, key in
                        switch key {
                        case "schemaVersion": version = try reader.integer()
                        case "mediaType": mediaType = try reader.string()
                        case "artifactType": artifactType = try reader.string()
                        case "manifests": manifests = try reader.descriptors()
                        case "subject": subject = reader.null() ? nil : try Descriptor(from: &reader)
                        case "annotations": annotations = try reader.annotations()
                        default: try reader.skip()
                        }
                    }
                }
            }
        } catch {
            throw OCIError(.invalid, "not an image index", cause: error)
        }
        guard version == 2, mediaType == nil || mediaType == "" || mediaType == MediaType.index else {
            throw OCIError(.invalid, "not an OCI image index: \(mediaType ?? "schemaVersion is not 2")")
        }
    }

    /// The index's canonical bytes.
    public var canonicalBytes: [UInt8] {
        var writer = JSONWriter(capacity: 256 + manifests.count * 512)
        writer.raw("{")
        if !annotations.isEmpty {
            writer.raw("\"annotations\":")
            writer.write(.object(annotations.mapValues(JSONValue.string)))
            writer.raw(",")
        }
        if let artifactType {
            writer.raw("\"artifactType\":")
            writer.write(artifactType)
            writer.raw(",")
        }
        writer.raw("\"manifests\":")
        writer.array(manifests) { $0.write($1.json) }
        writer.raw(",\"mediaType\":")
        writer.write(MediaType.index)
        writer.raw(",\"schemaVersion\":2")
        if let subject {
            writer.raw(",\"subject\":")
            writer.write(subject.json)
        }
        writer.raw("}")
        return writer.bytes
    }
}
