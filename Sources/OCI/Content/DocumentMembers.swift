import ZooJSON

/// What image manifests and image indexes have in common (OCI image specification 1.1).
struct DocumentMembers {
    var artifactType: String?
    var subject: Descriptor?
    var annotations: Annotations = [:]

    /// Reads a document of schema version 2.
    ///
    /// - Parameters:
    ///   - what: names the kind of document in errors.
    ///   - mediaType: what the document must call itself, unless it leaves that out or empty.
    ///   - content: reads the member of that name, or answers false for one that it does not know.
    /// - Throws: ``OCIError`` `.invalid`.
    init(
        parsing bytes: [UInt8],
        what: String,
        mediaType: String,
        _ content: (inout JSONReader, JSONText) throws -> Bool
    ) throws {
        var version: Int?
        var ownType: String?
        do {
            try bytes.withUnsafeBytes { bytes in
                try JSONReader.parse(bytes) { reader in
                    try reader.object { reader, key in
                        switch key {
                        case "schemaVersion": version = try reader.integer()
                        case "mediaType": ownType = try reader.string()
                        case "artifactType": artifactType = try reader.string()
                        case "subject": subject = reader.null() ? nil : try Descriptor(from: &reader)
                        case "annotations": annotations = try reader.annotations()
                        default: if try !content(&reader, key) { try reader.skip() }
                        }
                    }
                }
            }
        } catch {
            throw OCIError(.invalid, "not an \(what)", cause: error)
        }
        guard version == 2, (ownType ?? "").isEmpty || ownType == mediaType else {
            throw OCIError(.invalid, "not an OCI \(what): \(ownType ?? "schemaVersion is not 2")")
        }
    }

    init(artifactType: String?, subject: Descriptor?, annotations: Annotations) {
        self.artifactType = artifactType
        self.subject = subject
        self.annotations = annotations
    }

    /// The first of the canonical bytes: all that depends on the annotations.
    var canonicalStart: [UInt8] {
        var writer = JSONWriter()
        writeStart(to: &writer)
        return writer.bytes
    }

    private func writeStart(to writer: inout JSONWriter) {
        writer.raw("{")
        guard !annotations.isEmpty else { return }
        writer.raw("\"annotations\":")
        writer.write(annotations)
        writer.raw(",")
    }

    /// The canonical bytes of a document with these members; `content` appends those that stand between
    /// `artifactType` and `mediaType` when sorted, each with a comma after it.
    func canonicalBytes(mediaType: String, capacity: Int, _ content: (inout JSONWriter) -> Void) -> [UInt8] {
        var writer = JSONWriter(capacity: capacity)
        writeStart(to: &writer)
        if let artifactType {
            writer.raw("\"artifactType\":")
            writer.write(artifactType)
            writer.raw(",")
        }
        content(&writer)
        writer.raw("\"mediaType\":")
        writer.write(mediaType)
        writer.raw(",\"schemaVersion\":2")
        if let subject {
            writer.raw(",\"subject\":")
            subject.write(to: &writer)
        }
        writer.raw("}")
        return writer.bytes
    }
}
