import ZooJSON

/// What a registry needs to know of a manifest or an index of any kind that it serves.
public struct ManifestSummary: Hashable, Sendable {
    /// The media type that the document declares, else the one it was declared as, else what its members say.
    public private(set) var mediaType: String
    /// What kind of artifact it is, as a list of referrers shows it: an image's configuration type where none is given.
    public private(set) var artifactType: String?
    /// The manifest that this one is about.
    public private(set) var subject: Descriptor?
    /// Free texts.
    public private(set) var annotations: Annotations = [:]
    /// The manifests that an index lists.
    public private(set) var manifests: [Descriptor] = []
    /// An image's configuration and layers.
    public private(set) var blobs: [Descriptor] = []
    /// Whether it has the members of both an image and an index, which programs may read in two ways (CVE-2021-41190).
    public private(set) var isAmbiguous = false

    /// Images and indexes, as OCI and as Docker name them.
    public static let imageTypes: Set = [MediaType.manifest, MediaType.dockerManifest]
    /// Indexes, as OCI and as Docker name them.
    public static let indexTypes: Set = [MediaType.index, MediaType.dockerList]

    /// Reads a manifest or an index; every digest in it is checked to be well formed.
    ///
    /// - Parameter declared: the media type that came with it, if any.
    /// - Throws: ``OCIError`` `.invalid` if it is neither, or says another media type than declared.
    public init(parsing bytes: [UInt8], mediaType declared: String? = nil) throws {
        var version: Int?
        var own: String?
        var type: String?
        var config: Descriptor?
        var layers: [Descriptor]?
        var children: [Descriptor]?
        var subject: Descriptor?
        var annotations: Annotations = [:]
        do {
            try bytes.withUnsafeBytes { bytes in
                try JSONReader.parse(bytes) { reader in
                    try reader.object { reader, key in
                        switch key {
                        case "schemaVersion": version = try reader.integer()
                        case "mediaType": own = try reader.string()
                        case "artifactType": type = try reader.string()
                        case "config": config = reader.null() ? nil : try Descriptor(from: &reader)
                        case "layers": layers = try reader.descriptors()
                        case "manifests": children = try reader.descriptors()
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
        if own == "" { own = nil }
        if let own, let declared, own != declared {
            throw OCIError(.invalid, "the manifest says that it is \(own), not \(declared)")
        }
        let mediaType = own ?? declared ?? (children == nil ? MediaType.manifest : MediaType.index)
        guard version == 2 else { throw OCIError(.invalid, "not a manifest: its schemaVersion is not 2") }
        self.mediaType = mediaType
        self.subject = subject
        self.annotations = annotations
        artifactType = type == "" ? nil : type
        isAmbiguous = children != nil && (layers != nil || config != nil)
        if Self.indexTypes.contains(mediaType) {
            guard let children else { throw OCIError(.invalid, "not an index: it has no manifests") }
            manifests = children
        } else if Self.imageTypes.contains(mediaType) {
            guard let config, let layers else {
                throw OCIError(.invalid, "not an image manifest: it has no config or no layers")
            }
            blobs = [config] + layers
            artifactType = artifactType ?? config.mediaType
        } else {
            throw OCIError(.invalid, "\(mediaType) is no kind of manifest that zoo knows")
        }
    }

    /// Everything that it refers to, but for the subject.
    public var references: [Descriptor] { manifests + blobs }
}

extension Descriptor {
    /// Whether the content may lie elsewhere for good: a layer that must not be distributed.
    package var isForeign: Bool {
        mediaType.contains("nondistributable") || mediaType.contains("rootfs.foreign")
    }
}
