public import OCI

/// One model in a line of descent.
public struct LineageNode: Sendable {
    /// The manifest's digest.
    public let digest: Digest
    /// How the model that is built on it named it, or a tag that points to it.
    public let reference: String?
    /// Where it is; nil if no store has it.
    public let entry: ModelRegistry.Entry?
    /// The models built on it; filled in only for descendants.
    public let descendants: [LineageNode]
}

extension ModelRegistry {
    /// A chain of bases longer than this is refused: it would be a loop, which digests make impossible, or an attack.
    static let lineageLimit = 64

    /// The models that a model is built on, nearest first; the last one has no entry where a base is missing.
    ///
    /// - Parameter known: entries at hand, so that the stores' indexes need not be read for each base.
    public func ancestors(of artifact: ModelArtifact, known: [Digest: Entry] = [:]) throws -> [LineageNode] {
        var nodes: [LineageNode] = []
        var current = artifact.document.base
        while let base = current {
            guard nodes.count < Self.lineageLimit else {
                throw RegistryError(.invalid, "\(artifact.digest) has more than \(Self.lineageLimit) bases in a row")
            }
            let digest = try Digest(base.digest)
            let entry = try known[digest] ?? entry(for: digest)
            nodes.append(
                LineageNode(digest: digest, reference: base.reference, entry: entry, descendants: [])
            )
            current = try entry.map { try self.artifact($0).document.base } ?? nil
        }
        return nodes
    }

    /// The tagged models built on a model, directly or not, as a tree sorted by name.
    public func descendants(of digest: Digest) throws -> [LineageNode] {
        let children = Dictionary(grouping: try entries()) { $0.summary.baseDigest ?? "" }
        return Self.descendants(of: digest, children, depth: 0)
    }

    private static func descendants(of digest: Digest, _ children: [String: [Entry]], depth: Int) -> [LineageNode] {
        guard depth < lineageLimit else {
            return []
        }
        var seen: Set<String> = []
        return (children[digest.description] ?? [])
            // A model that both stores have under one tag is one model.
            .filter { seen.insert("\($0.reference ?? "")@\($0.descriptor.digest)").inserted }
            .map { entry in
                LineageNode(
                    digest: entry.descriptor.digest,
                    reference: entry.reference,
                    entry: entry,
                    descendants: descendants(of: entry.descriptor.digest, children, depth: depth + 1)
                )
            }
    }
}
