import ZooFiles

/// Which parts of a model are wanted.
package struct ModelSelection: Sendable, Equatable {
    /// The heads; nil for all of them.
    package var heads: Set<String>?
    /// Whether weights are wanted, or only what describes them.
    package var hasWeights: Bool

    package init(heads: Set<String>? = nil, hasWeights: Bool = true) {
        self.heads = heads
        self.hasWeights = hasWeights
    }

    /// The whole model.
    package static let all = ModelSelection()

    /// Whether a layer belongs to it: the encoder and what changes it always do, heads only if wanted.
    package func contains(_ layer: ModelLayer) -> Bool {
        (hasWeights || !layer.role.isWeights) && contains(path: layer.path)
    }

    private func contains(path: String) -> Bool {
        guard let heads, path.hasPrefix("heads/") else { return true }
        return heads.contains(String(path.dropFirst("heads/".count)))
    }

    /// Makes sure that the model has the heads.
    ///
    /// - Throws: ``RegistryError`` (`notFound`) naming those that it has.
    package func check(_ artifact: ModelArtifact) throws {
        let there = artifact.layers.filter { $0.role == .weights(.head) }.map { String($0.path.dropFirst(6)) }
        for head in (heads ?? []).sorted() where !there.contains(head) {
            let choice = there.isEmpty ? "it has none" : "there is \(there.joined(separator: ", "))"
            throw RegistryError(.notFound, "the model has no head \"\(head)\"; \(choice)")
        }
    }

    /// Makes the unpacked layers a model directory: its document describes what is there, and nothing else.
    func finish(_ document: ModelDocument, in directory: String) throws {
        guard self != .all else {
            try ModelDirectory(directory).validate()
            return
        }
        var part = document
        part.tasks.removeAll { !contains(path: "heads/\($0.name)") }
        part.modules.removeAll { !contains(path: $0.path) }
        let gone = Set(document.tasks.map(\.name)).subtracting(part.tasks.map(\.name))
        part.features.removeAll { gone.contains($0.scope) }
        if hasWeights {
            try ModelDirectory.write(part, into: directory)
            try ModelDirectory(directory).validate()
        } else {
            let bytes = try DocumentJSON.encode(part, what: ModelDocument.fileName)
            try AtomicFile.write(bytes, to: "\(directory)/\(ModelDocument.fileName)")
        }
    }
}
