import ZooFiles

/// A name and what it points to.
public struct Tag: Hashable, Sendable {
    /// "name:tag".
    public let name: String
    /// The manifest, with the small annotations that listings show.
    public let descriptor: Descriptor
}

extension LayoutStore {
    /// Every tag, sorted by name.
    public func tags() throws -> [Tag] {
        var tags = try indexFile().load().index.manifests
            .compactMap { entry in entry.referenceName.map { Tag(name: $0, descriptor: entry) } }
        tags.sort { $0.name < $1.name }
        return tags
    }

    /// What a reference points to: its digest if it has one, else its tag (`latest` if it has none).
    ///
    /// - Throws: ``OCIError`` `.notFound`.
    public func resolve(_ reference: Reference) throws -> Descriptor {
        if let digest = reference.digest { return try resolve(digest) }
        return try resolve(reference.localName)
    }

    /// What a tag points to; `name` is as the index has it.
    public func resolve(_ name: String) throws -> Descriptor {
        let entries = try indexFile().load().index.manifests
        guard let entry = entries.last(where: { $0.referenceName == name }) else {
            throw OCIError(.notFound, "no \(name) in \(path); zoo list shows what there is")
        }
        return entry
    }

    /// The manifest of that digest, listed or not.
    public func resolve(_ digest: Digest) throws -> Descriptor {
        if let entry = try indexFile().load().index.manifests.first(where: { $0.digest == digest }) { return entry }
        let manifest = try Manifest(parsing: readBlob(digest, maxBytes: Manifest.byteLimit))
        return Descriptor(
            mediaType: MediaType.manifest,
            digest: digest,
            size: try blobSize(digest),
            artifactType: manifest.artifactType
        )
    }

    /// Points `name` to a manifest that is in the store with all that it refers to.
    ///
    /// - Parameter descriptor: its annotations go to the index, for listings.
    /// - Throws: ``OCIError`` `.incomplete` if content is missing.
    public func tag(_ descriptor: Descriptor, as name: String) throws {
        try tag([Tag(name: name, descriptor: descriptor)])
    }

    /// Sets several tags in one step: all of them or none.
    public func tag(_ tags: [Tag]) throws {
        let names = Set(tags.map(\.name))
        // Under the gate: what is found complete stays until the index refers to it.
        try withGate(.shared) {
            var checked: Set<Digest> = []
            for tag in tags where checked.insert(tag.descriptor.digest).inserted { try checkComplete(tag.descriptor) }
            try indexFile().update { index in
                index.manifests.removeAll { $0.referenceName.map(names.contains) ?? false }
                for tag in tags {
                    var entry = tag.descriptor
                    entry.annotations[Annotation.referenceName] = tag.name
                    index.manifests.append(entry)
                }
                index.sort()
            }
        }
    }

    /// Removes a tag; its content stays until garbage is collected.
    ///
    /// - Throws: ``OCIError`` `.notFound`.
    public func untag(_ name: String) throws {
        var isFound = false
        try indexFile().update { index in
            let count = index.manifests.count
            index.manifests.removeAll { $0.referenceName == name }
            isFound = index.manifests.count < count
        }
        guard isFound else { throw OCIError(.notFound, "no \(name) in \(path)") }
    }

    /// Every change of tags, oldest first; of one tag if `name` is given.
    public func history(of name: String? = nil) throws -> [TagEvent] {
        try TagLog(store: self).events().filter { name == nil || $0.name == name }
    }

    /// The changes of tags in a part of the log, for programs that read on; see ``historySize()``.
    package func history(from start: Int, maxBytes: Int) throws -> (events: [TagEvent], end: Int) {
        try TagLog(store: self).events(from: start, maxBytes: maxBytes)
    }

    /// Bytes of the log of tags.
    package func historySize() throws -> Int { try root.status(of: TagLog.name)?.size ?? 0 }

    /// What a tag pointed to at a time.
    ///
    /// - Parameter time: UTC, as ``TagEvent/time`` has it; a prefix such as "2026-11-24" means its beginning.
    /// - Throws: ``OCIError`` `.notFound` if it did not exist then.
    public func resolve(_ name: String, at time: String) throws -> Digest {
        guard let digest = try history(of: name).last(where: { $0.time <= time })?.digest else {
            throw OCIError(.notFound, "no \(name) in \(path) at \(time)")
        }
        return digest
    }

    func checkComplete(_ descriptor: Descriptor) throws {
        guard try hasBlob(descriptor.digest, size: descriptor.size) else {
            throw OCIError(.incomplete, "the store lacks the manifest \(descriptor.digest)")
        }
        for child in try references(of: descriptor) where try !hasBlob(child.digest, size: child.size) {
            throw OCIError(
                .incomplete,
                "the store lacks \(child.digest) (\(child.mediaType), \(child.size) bytes) of \(descriptor.digest)"
            )
        }
    }
}
