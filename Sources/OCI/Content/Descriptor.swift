package import ZooJSON

/// Points to content: what it is, its digest, its size (OCI image specification 1.1, "Content Descriptors").
public struct Descriptor: Hashable, Sendable {
    /// Media type of the content.
    public var mediaType: String
    /// Digest of the content.
    public var digest: Digest
    /// Size of the content in bytes.
    public var size: Int
    /// What kind of artifact a manifest is, if it says so.
    public var artifactType: String?
    /// Free texts about the content.
    public var annotations: Annotations
    /// Members that zoo does not use (`platform`, `urls`, …), kept so that rewriting an index loses nothing.
    package var others: [String: JSONValue] = [:]

    /// Describes content.
    public init(
        mediaType: String,
        digest: Digest,
        size: Int,
        artifactType: String? = nil,
        annotations: Annotations = [:]
    ) {
        self.mediaType = mediaType
        self.digest = digest
        self.size = size
        self.artifactType = artifactType
        self.annotations = annotations
    }

    /// The name under which an index lists the content.
    public var referenceName: String? { annotations[Annotation.referenceName] }

    /// Reads the next value; throws ``OCIError`` or `JSONError`.
    package init(from reader: inout JSONReader) throws {
        var mediaType: String?
        var digest: Digest?
        var size: Int?
        var artifactType: String?
        var annotations: Annotations = [:]
        var others: [String: JSONValue] = [:]
        try reader.object { reader, key in
            switch key {
            case "mediaType": mediaType = try reader.string()
            case "digest": digest = try Digest(from: &reader)
            case "size": size = try reader.integer()
            case "artifactType": artifactType = try reader.string()
            case "annotations": annotations = try reader.annotations()
            default: others[key.string] = try JSONValue(from: &reader)
            }
        }
        guard let mediaType, let digest, let size, size >= 0 else {
            throw OCIError(.invalid, "a descriptor lacks its media type, digest or size")
        }
        self.init(
            mediaType: mediaType,
            digest: digest,
            size: size,
            artifactType: artifactType,
            annotations: annotations
        )
        self.others = others
    }

    /// Appends the descriptor's canonical form.
    package func write(to writer: inout JSONWriter) {
        guard others.isEmpty else {
            var members = others
            members["mediaType"] = .string(mediaType)
            members["digest"] = .string(digest.description)
            members["size"] = .number(String(size))
            members["artifactType"] = artifactType.map(JSONValue.string)
            let texts = annotations.members.map { ($0.key, JSONValue.string($0.value)) }
            members["annotations"] = texts.isEmpty ? nil : .object(Dictionary(uniqueKeysWithValues: texts))
            return writer.write(.object(members))
        }
        // Straight to bytes: an index has thousands.
        writer.raw("{")
        if !annotations.isEmpty {
            writer.raw("\"annotations\":")
            writer.write(annotations)
            writer.raw(",")
        }
        if let artifactType {
            writer.raw("\"artifactType\":")
            writer.write(artifactType)
            writer.raw(",")
        }
        writer.raw("\"digest\":")
        writer.write(digest.description)
        writer.raw(",\"mediaType\":")
        writer.write(mediaType)
        writer.raw(",\"size\":")
        writer.write(size)
        writer.raw("}")
    }
}

extension Digest {
    /// Reads the next value.
    fileprivate init(from reader: inout JSONReader) throws {
        let text = try reader.text()
        guard let digest = text.withUTF8({ Digest($0) }) else {
            self = try Digest(text.string)
            return
        }
        self = digest
    }
}

extension JSONReader {
    /// Reads an object of texts; null counts as empty, as Go programs write it.
    mutating func annotations() throws -> Annotations {
        if null() { return [:] }
        var members: [Annotations.Member] = []
        members.reserveCapacity(10)
        try object { members.append(.init(key: $0.string(of: $1), value: try $0.string())) }
        return Annotations(sorting: members)
    }

    /// Reads an array of descriptors; null counts as empty, as umoci writes it.
    mutating func descriptors() throws -> [Descriptor] {
        var descriptors: [Descriptor] = []
        if null() { return descriptors }
        try array { descriptors.append(try Descriptor(from: &$0)) }
        return descriptors
    }

    /// As above, without what is no descriptor.
    mutating func readableDescriptors() throws -> [Descriptor] {
        var descriptors: [Descriptor] = []
        if null() { return descriptors }
        try array { reader in
            var probe = reader
            if let descriptor = try? Descriptor(from: &probe) { descriptors.append(descriptor) }
            try reader.skip()
        }
        return descriptors
    }
}

extension JSONWriter {
    /// Appends an object of texts.
    mutating func write(_ texts: Annotations) {
        object(texts.members.map { ($0.key, $0.value) }) { $0.write($1) }
    }
}
