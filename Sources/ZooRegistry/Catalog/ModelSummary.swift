import OCI

/// What a listing shows of a model, small enough to lie in the store's index.
///
/// Kept as annotations of the index entry, so that listing ten thousand models reads one file. They are hints: what is
/// true of a model stands in its manifest.
public struct ModelSummary: Sendable, Equatable {
    /// `encoder`, `head` or `delta`; nil for content that is no zoo model.
    public var kind: String?
    /// The encoder's type.
    public var encoder: String?
    /// How the base was named when this model was trained.
    public var base: String?
    /// The digest of the base's manifest.
    public var baseDigest: String?
    /// Names of the tasks.
    public var tasks: [String]
    /// Bytes of all its content.
    public var size: Int
    /// When it was tagged here, UTC in ISO 8601; nil if that is unknown.
    public var published: String?

    private enum Key {
        static let kind = "dev.zoo.kind"
        static let encoder = "dev.zoo.encoder"
        static let base = "dev.zoo.base"
        static let baseDigest = "dev.zoo.base.digest"
        static let tasks = "dev.zoo.tasks"
        static let size = "dev.zoo.size"
        static let published = "dev.zoo.published"
    }

    /// Sums a model up.
    public init(_ artifact: ModelArtifact, published: String? = nil) {
        self.init(artifact.document, size: artifact.size, published: published)
    }

    /// Sums a model up whose content has `size` bytes.
    init(_ document: ModelDocument, size: Int, published: String? = nil) {
        kind = document.kind.rawValue
        encoder = document.encoder.type
        base = document.base?.reference
        baseDigest = document.base?.digest
        tasks = document.tasks.map(\.name)
        self.size = size
        self.published = published
    }

    /// Sums up what is no zoo model.
    init(foreignSize size: Int) {
        tasks = []
        self.size = size
    }

    /// Reads the annotations of an index entry, nil where `zoo` did not write it.
    init?(_ descriptor: Descriptor) {
        let annotations = descriptor.annotations
        guard let kind = annotations[Key.kind], let size = annotations[Key.size].flatMap({ Int($0) }) else {
            return nil
        }
        self.kind = kind
        self.size = size
        encoder = annotations[Key.encoder]
        base = annotations[Key.base]
        baseDigest = annotations[Key.baseDigest]
        tasks = (annotations[Key.tasks] ?? "").utf8.split(separator: UInt8(ascii: ",")).map { String(Substring($0)) }
        published = annotations[Key.published]
    }

    /// `descriptor` with these facts as its annotations.
    func annotate(_ descriptor: Descriptor) -> Descriptor {
        var descriptor = descriptor
        descriptor.annotations = [Key.tasks: tasks.joined(separator: ","), Key.size: String(size)]
        descriptor.annotations[Key.kind] = kind
        descriptor.annotations[Key.encoder] = encoder
        descriptor.annotations[Key.base] = base
        descriptor.annotations[Key.baseDigest] = baseDigest
        descriptor.annotations[Key.published] = published
        return descriptor
    }
}
