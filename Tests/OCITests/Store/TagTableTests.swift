import OCI
import Testing

@Suite struct TagTableTests {
    private func index(_ tags: [(String, Int)]) -> ImageIndex {
        ImageIndex(
            manifests: tags.map { name, content in
                Descriptor(
                    mediaType: MediaType.manifest,
                    digest: Digest.of([UInt8(content)]),
                    size: 1,
                    annotations: [Annotation.referenceName: name]
                )
            }
        )
    }

    private func changes(_ old: ImageIndex, _ new: ImageIndex) -> [String] {
        var found: [String] = []
        TagTable(old).forEachChange(to: TagTable(new)) { name, old, new in
            found.append("\(name) \(old?.hex.prefix(4) ?? "-") \(new?.hex.prefix(4) ?? "-")")
        }
        return found
    }

    /// What two dictionaries differ in.
    private func expected(_ old: ImageIndex, _ new: ImageIndex) -> [String] {
        let (old, new) = (dictionary(old), dictionary(new))
        return Set(old.keys).union(new.keys).filter { old[$0] != new[$0] }
            .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
            .map { "\($0) \(old[$0]?.hex.prefix(4) ?? "-") \(new[$0]?.hex.prefix(4) ?? "-")" }
    }

    private func dictionary(_ index: ImageIndex) -> [String: Digest] {
        Dictionary(
            index.manifests.compactMap { entry in entry.referenceName.map { ($0, entry.digest) } },
            uniquingKeysWith: { $1 }
        )
    }

    @Test func changesAreThoseOfDictionaries() {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<500 {
            // Any order, some names twice: as another program may leave an index.
            let lists = (0..<2).map { _ in
                index(
                    (0..<Int.random(in: 0...12, using: &random)).map { _ in
                        ("m:\(Int.random(in: 0...9, using: &random))", Int.random(in: 0...2, using: &random))
                    }
                )
            }
            #expect(changes(lists[0], lists[1]) == expected(lists[0], lists[1]))
        }
    }

    @Test func unnamedEntriesAreNoTags() {
        var unnamed = index([("a:1", 1)])
        unnamed.manifests[0].annotations[Annotation.referenceName] = nil
        #expect(changes(unnamed, index([])).isEmpty)
        #expect(changes(unnamed, index([("a:1", 1)])).count == 1)
    }
}
