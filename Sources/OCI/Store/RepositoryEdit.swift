import ZooFiles

/// A change that a registry makes to the index.
package enum RepositoryEdit: Sendable {
    /// Adds a manifest whose content is in the store, and points tags to it.
    ///
    /// What a tag pointed to before stays in the repository without a tag, as clients may have pinned its digest.
    case put(Descriptor, references: [Descriptor], in: RepositoryName, tags: [String])
    /// Removes a tag; its manifest stays in the repository.
    case removeTag(String, in: RepositoryName)
    /// Removes a manifest and every tag that points to it.
    case removeManifest(Digest, in: RepositoryName)

    /// Changes the entries; answers false if there was nothing to remove.
    func apply(to index: inout ImageIndex) -> Bool {
        switch self {
        case .put(let descriptor, _, let repository, let tags):
            for tag in tags { Self.point(tag, to: descriptor, in: repository, &index.manifests) }
            if tags.isEmpty, !Self.holds(descriptor.digest, repository, index.manifests) {
                index.manifests.append(Self.untagged(descriptor, in: repository))
            }
            return true
        case .removeTag(let tag, let repository):
            let name = repository.localName(tag)
            guard let position = index.manifests.firstIndex(where: { $0.referenceName == name }) else { return false }
            let old = index.manifests.remove(at: position)
            if !Self.holds(old.digest, repository, index.manifests) {
                index.manifests.append(Self.untagged(old, in: repository))
            }
            return true
        case .removeManifest(let digest, let repository):
            let count = index.manifests.count
            index.manifests.removeAll { $0.digest == digest && $0.place?.repository == repository }
            return index.manifests.count < count
        }
    }

    private static func point(
        _ tag: String,
        to descriptor: Descriptor,
        in repository: RepositoryName,
        _ entries: inout [Descriptor]
    ) {
        let name = repository.localName(tag)
        if let position = entries.firstIndex(where: { $0.referenceName == name }) {
            // An entry that says the same may have a listing's annotations, which a push knows nothing of.
            if entries[position].digest == descriptor.digest { return }
            let old = entries.remove(at: position)
            if !holds(old.digest, repository, entries) { entries.append(untagged(old, in: repository)) }
        }
        entries.removeAll { entry in
            entry.digest == descriptor.digest && entry.referenceName == nil
                && entry.annotations[Annotation.repository] == repository.description
        }
        var entry = descriptor
        entry.annotations[Annotation.referenceName] = name
        entries.append(entry)
    }

    private static func untagged(_ descriptor: Descriptor, in repository: RepositoryName) -> Descriptor {
        var entry = descriptor
        entry.annotations[Annotation.referenceName] = nil
        entry.annotations[Annotation.repository] = repository.description
        return entry
    }

    private static func holds(_ digest: Digest, _ repository: RepositoryName, _ entries: [Descriptor]) -> Bool {
        entries.contains { $0.digest == digest && $0.place?.repository == repository }
    }
}

extension LayoutStore {
    /// Makes changes in one step, each of which may fail for itself.
    ///
    /// - Returns: for each, whether there was something to remove, or an ``OCIError`` `.incomplete` for a manifest that
    ///   refers to content that is neither in the store nor noted as missing.
    /// - Throws: ``OCIError`` or `FileError` if the index cannot be written: then nothing has changed.
    package func apply(_ edits: [RepositoryEdit]) throws -> [Result<Bool, any Error>] {
        // Under the gate: what is found complete stays until the index refers to it.
        try withGate(.shared) {
            var results: [Result<Bool, any Error>] = edits.map { edit in Result { try checkComplete(edit) } }
            if results.allSatisfy({ (try? $0.get()) == nil }) { return results }
            try indexFile().update { index in
                for (position, edit) in edits.enumerated() {
                    if case .failure = results[position] { continue }
                    results[position] = .success(edit.apply(to: &index))
                }
                index.sort()
            }
            return results
        }
    }

    private func checkComplete(_ edit: RepositoryEdit) throws -> Bool {
        guard case .put(let descriptor, let references, _, _) = edit else { return true }
        let missing = descriptor.missing
        for content in [descriptor] + references where !missing.contains(content.digest) {
            guard try hasBlob(content.digest, size: content.size) else {
                throw OCIError(.incomplete, "the store lacks \(content.digest), \(content.size) bytes")
            }
        }
        return true
    }
}
