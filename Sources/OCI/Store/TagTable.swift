import ZooJSON

/// What each tag points to, sorted by the bytes of the names.
package struct TagTable {
    private typealias Tag = (name: String, digest: Digest)

    private let tags: [Tag]

    /// The tags of an index; where it has a name twice, the last entry counts.
    package init(_ index: ImageIndex) {
        let tags = index.manifests.compactMap { entry in entry.referenceName.map { ($0, entry.digest) } }
        // As zoo writes it; another program may not have.
        let isSorted = zip(tags, tags.dropFirst()).allSatisfy { $0.0.precedesInUTF8($1.0) }
        self.init(tags: isSorted ? tags : Self.sorted(Dictionary(tags, uniquingKeysWith: { $1 })))
    }

    /// The tags of a dictionary.
    package init(_ digests: [String: Digest]) { self.init(tags: Self.sorted(digests)) }

    private init(tags: [Tag]) { self.tags = tags }

    private static func sorted(_ digests: [String: Digest]) -> [Tag] {
        digests.map { ($0, $1) }.sorted { $0.name.precedesInUTF8($1.name) }
    }

    /// Calls `body` for each name that points elsewhere in the other table, in order.
    package func forEachChange(to other: TagTable, _ body: (_ name: String, _ old: Digest?, _ new: Digest?) -> Void) {
        var (old, new) = (tags[...], other.tags[...])
        while let name = Self.earlier(old.first?.name, new.first?.name) {
            let before = old.first?.name == name ? old.popFirst()?.digest : nil
            let after = new.first?.name == name ? new.popFirst()?.digest : nil
            if before != after { body(name, before, after) }
        }
    }

    private static func earlier(_ first: String?, _ second: String?) -> String? {
        guard let first, let second else { return first ?? second }
        return second.precedesInUTF8(first) ? second : first
    }
}
