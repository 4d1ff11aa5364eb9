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
    public var annotations: Annotations

    /// Lists manifests.
    public init(
        artifactType: String? = nil,
        manifests: [Descriptor] = [],
        subject: Descriptor? = nil,
        annotations: Annotations = [:]
    ) {
        self.artifactType = artifactType
        self.manifests = manifests
        self.subject = subject
        self.annotations = annotations
    }

    /// Parses an index, forgiving what other programs write: no media type, `"manifests":null`.
    ///
    /// - Parameter passesOver: whether manifests whose description cannot be read are left out.
    /// - Throws: ``OCIError``.
    public init(parsing bytes: [UInt8], passesOver: Bool = false) throws {
        var manifests: [Descriptor] = []
        let members = try DocumentMembers(parsing: bytes, what: "image index", mediaType: MediaType.index) {
            guard $1 == "manifests" else { return false }
            manifests = try passesOver ? $0.readableDescriptors() : $0.descriptors()
            return true
        }
        self.init(
            artifactType: members.artifactType,
            manifests: manifests,
            subject: members.subject,
            annotations: members.annotations
        )
    }

    /// The first of the canonical bytes: all that depends on the annotations.
    var canonicalStart: [UInt8] { members.canonicalStart }

    private var members: DocumentMembers {
        DocumentMembers(artifactType: artifactType, subject: subject, annotations: annotations)
    }

    /// The index's canonical bytes.
    public var canonicalBytes: [UInt8] {
        members
            .canonicalBytes(mediaType: MediaType.index, capacity: 256 + manifests.count * 640) { writer in
                writer.raw("\"manifests\":")
                writer.array(manifests) { $1.write(to: &$0) }
                writer.raw(",")
            }
    }
}
