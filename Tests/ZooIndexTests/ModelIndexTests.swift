import Foundation
import ModelSamples
import OCI
import Testing
import ZooIndex
import ZooRegistry

/// The index follows the store, whatever happens to its file.
@Suite struct ModelIndexTests {
    let fixture = ModelFixture()

    /// Publishes small models, each of one task.
    private func publish(_ models: [(name: String, task: String)]) throws -> ModelRegistry {
        let registry = try fixture.registry()
        for model in models {
            let directory = try fixture.makeModel(model.name, task: model.task, head: Float(model.name.utf8.count))
            try registry.publish(directory: directory, as: "\(model.name):1.0.0")
        }
        return registry
    }

    private func found(_ index: ModelIndex, _ filter: ModelFilter) throws -> [String] {
        try index.search(filter) { _ in true }.models.map(\.repository)
    }

    @Test func findsWordsAndRanksNamesFirst() throws {
        let registry = try publish([("click-model", "buy"), ("shop-mmoe", "click"), ("rating", "stars")])
        let index = ModelIndex(try registry.ownStore())
        #expect(try found(index, ModelFilter(text: "click")) == ["click-model", "shop-mmoe"])
        #expect(try found(index, ModelFilter(text: "SHOP mm")) == ["shop-mmoe"])
        #expect(try found(index, ModelFilter(text: "shop stars")).isEmpty)
        #expect(try found(index, ModelFilter(values: [.task: "stars"])) == ["rating"])
    }

    @Test(arguments: ["\"", "\" OR \"", "a* NOT b", "NEAR(a b)", "--", "kind:encoder", "\0", "(", "💥"])
    func questionsAreNoSyntax(_ text: String) throws {
        let index = ModelIndex(try publish([("shop", "click")]).ownStore())
        #expect(throws: Never.self) { try index.search(ModelFilter(text: text)) { _ in true } }
    }

    @Test func hidesWhatMayNotBeRead() throws {
        let index = ModelIndex(try publish([("secret", "click"), ("open", "buy")]).ownStore())
        let listing = try index.search(ModelFilter()) { $0.description == "open" }
        #expect(listing.total == 1)
        #expect(listing.models.map(\.repository) == ["open"])
        #expect(listing.choices[.task]?.map(\.value) == ["buy"])
    }

    @Test func followsTagsAndRemovals() throws {
        let registry = try publish([("shop", "click")])
        let store = try registry.ownStore()
        let index = ModelIndex(store)
        #expect(try found(index, ModelFilter()) == ["shop"])
        try store.tag(store.resolve("shop:1.0.0"), as: "shop:1.10.0")
        try store.tag(store.resolve("shop:1.0.0"), as: "shop:1.9.0")
        #expect(try index.tags(of: RepositoryName("shop")).map(\.label) == ["1.10.0", "1.9.0", "1.0.0"])
        try store.untag("shop:1.10.0")
        try store.untag("shop:1.9.0")
        try store.untag("shop:1.0.0")
        #expect(try found(index, ModelFilter()).isEmpty)
    }

    @Test(arguments: ["missing", "garbage", "empty", "torn"])
    func isMadeAnewAfterDamage(_ kind: String) throws {
        let store = try publish([("shop", "click"), ("rating", "stars")]).ownStore()
        #expect(try found(ModelIndex(store), ModelFilter()).count == 2)
        let file = URL(fileURLWithPath: "\(store.path)/.zoo/search.sqlite")
        for suffix in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: file.path + suffix) }
        switch kind {
        case "missing": try FileManager.default.removeItem(at: file)
        case "garbage": try Data(repeating: 0x5A, count: 40_000).write(to: file)
        case "empty": try Data().write(to: file)
        default: try Data(contentsOf: file).prefix(5000).write(to: file)
        }
        #expect(try found(ModelIndex(store), ModelFilter(text: "stars")) == ["rating"])
    }

    @Test func drawsTheLineWithoutWhatIsHidden() throws {
        let registry = try publish([("base", "click")])
        let digest = try registry.ownStore().resolve("base:1.0.0").digest
        let head = try fixture.makeModel("head", task: "buy", base: .init(reference: "base:1.0.0", digest: "\(digest)"))
        try registry.publish(directory: head, as: "head:1.0.0")
        let store = try registry.ownStore()
        let index = ModelIndex(store)
        let open = try index.lineage(of: "\(digest)") { _ in true }
        #expect(open.descendants.map { $0.place?.repository } == ["head"])
        #expect(try index.lineage(of: "\(digest)") { $0.description == "base" }.descendants.isEmpty)
        let from = try index.lineage(of: "\(store.resolve("head:1.0.0").digest)") { $0.description == "head" }
        #expect(from.bases.map(\.digest) == ["\(digest)"])
        #expect(from.bases.allSatisfy { $0.place == nil })
    }
}
