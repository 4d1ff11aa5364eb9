import Foundation
import ModelSamples
import OCI
import TestSupport
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
        let index = ModelIndex(IndexReader(try registry.ownStore()))
        #expect(try found(index, ModelFilter(text: "click")) == ["click-model", "shop-mmoe"])
        #expect(try found(index, ModelFilter(text: "SHOP mm")) == ["shop-mmoe"])
        #expect(try found(index, ModelFilter(text: "shop stars")).isEmpty)
        #expect(try found(index, ModelFilter(values: [.task: "stars"])) == ["rating"])
    }

    @Test(arguments: ["\"", "\" OR \"", "a* NOT b", "NEAR(a b)", "--", "kind:encoder", "\0", "(", "💥"])
    func questionsAreNoSyntax(_ text: String) throws {
        let index = ModelIndex(IndexReader(try publish([("shop", "click")]).ownStore()))
        #expect(throws: Never.self) { try index.search(ModelFilter(text: text)) { _ in true } }
    }

    @Test func hidesWhatMayNotBeRead() throws {
        let index = ModelIndex(IndexReader(try publish([("secret", "click"), ("open", "buy")]).ownStore()))
        let listing = try index.search(ModelFilter()) { $0.description == "open" }
        #expect(listing.total == 1)
        #expect(listing.models.map(\.repository) == ["open"])
        #expect(listing.choices[.task]?.map(\.value) == ["buy"])
    }

    @Test func followsTagsAndRemovals() throws {
        let registry = try publish([("shop", "click")])
        let store = try registry.ownStore()
        let index = ModelIndex(IndexReader(store))
        #expect(try found(index, ModelFilter()) == ["shop"])
        try store.tag(store.resolve("shop:1.0.0"), as: "shop:1.10.0")
        try store.tag(store.resolve("shop:1.0.0"), as: "shop:1.9.0")
        #expect(try index.tags(of: RepositoryName("shop")).map(\.label) == ["1.10.0", "1.9.0", "1.0.0"])
        try store.untag("shop:1.10.0")
        try store.untag("shop:1.9.0")
        try store.untag("shop:1.0.0")
        #expect(try found(index, ModelFilter()).isEmpty)
    }

    @Test(arguments: ["missing", "garbage", "empty", "torn", "old", "other tables"])
    func isMadeAnewAfterDamage(_ kind: String) throws {
        let store = try publish([("shop", "click"), ("rating", "stars")]).ownStore()
        #expect(try found(ModelIndex(IndexReader(store)), ModelFilter()).count == 2)
        let file = URL(fileURLWithPath: "\(store.path)/.zoo/search.sqlite")
        for suffix in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: file.path + suffix) }
        switch kind {
        case "missing": try FileManager.default.removeItem(at: file)
        case "garbage": try Data(repeating: 0x5A, count: 40_000).write(to: file)
        case "empty": try Data().write(to: file)
        case "old": try run("PRAGMA user_version = 1", on: file)
        case "other tables": try run("DROP TABLE move", on: file)
        default: try Data(contentsOf: file).prefix(5000).write(to: file)
        }
        #expect(try found(ModelIndex(IndexReader(store)), ModelFilter(text: "stars")) == ["rating"])
    }

    private func run(_ sql: String, on file: URL) throws {
        let program = "import sqlite3, sys; sqlite3.connect(sys.argv[1]).execute(sys.argv[2])"
        try Program.run("python3", ["-c", program, file.path, sql])
    }

    @Test func isReplacedUnderTwoThatReadIt() throws {
        let store = try publish([("shop", "click")]).ownStore()
        let indexes = [ModelIndex(IndexReader(store)), ModelIndex(IndexReader(store))]
        for index in indexes { #expect(try found(index, ModelFilter()) == ["shop"]) }
        try run("PRAGMA user_version = 1", on: URL(fileURLWithPath: "\(store.path)/.zoo/search.sqlite"))
        #expect(
            try found(ModelIndex(IndexReader(store)), ModelFilter()) == ["shop"],
            "one that comes later replaces it"
        )
        try store.tag(store.resolve("shop:1.0.0"), as: "again:1.0.0")
        for index in indexes { #expect(try Set(found(index, ModelFilter())) == ["again", "shop"]) }
        for index in indexes { #expect(try index.moves(of: RepositoryName("again"), limit: 9).total == 1) }
    }

    @Test func mayBeDeletedWhileItIsOpen() throws {
        let store = try publish([("shop", "click")]).ownStore()
        let index = ModelIndex(IndexReader(store))
        #expect(try found(index, ModelFilter()) == ["shop"])
        for suffix in ["", "-wal", "-shm"] { unlink("\(store.path)/.zoo/search.sqlite\(suffix)") }
        try store.tag(store.resolve("shop:1.0.0"), as: "again:1.0.0")
        #expect(try Set(found(index, ModelFilter())) == ["again", "shop"])
    }

    /// CORRUPT, NOTADB, CORRUPT_VTAB, READONLY_DBMOVED; ERROR, BUSY, READONLY, IOERR, FULL, IOERR_SHORT_READ.
    @Test(arguments: [
        (11, true), (26, true), (267, true), (1032, true), (1, false), (5, false), (8, false), (10, false),
        (13, false), (522, false),
    ])
    func onlyDamageIsAReasonToBeginAnew(_ code: Int32, _ isDamage: Bool) {
        #expect(ModelIndex.isDamage(code) == isDamage)
    }

    @Test func answersWhileMuchIsBeingRead() throws {
        let store = try publish([("shop", "click")]).ownStore()
        let entry = try store.resolve("shop:1.0.0")
        let file = URL(fileURLWithPath: "\(store.path)/index.json")
        var listed = try ImageIndex(parsing: Array(Data(contentsOf: file)))
        for number in 0..<3000 {
            var tag = entry
            tag.annotations[Annotation.referenceName] = "team/model-\(number / 10):1.\(number % 10)"
            listed.manifests.append(tag)
        }
        try Data(listed.canonicalBytes).write(to: file)
        let index = ModelIndex(IndexReader(store))
        var listing = try index.search(ModelFilter()) { _ in true }
        #expect(listing.total > 0 && listing.total < 301, "\(listing.total) at once")
        #expect(listing.pending != nil)
        while listing.pending != nil {
            let last = listing.total
            usleep(1000)
            listing = try index.search(ModelFilter()) { _ in true }
            #expect(listing.total >= last, "nothing is lost on the way")
        }
        #expect(listing.total == 301)
        #expect(try index.search(ModelFilter(text: "team model 299")) { _ in true }.total == 1)
        #expect(try index.tags(of: RepositoryName("team/model-7")).count == 10)
        try store.untag("team/model-7:1.3")
        #expect(try index.tags(of: RepositoryName("team/model-7")).count == 9)
    }

    @Test func movesFollowTheLog() throws {
        let store = try publish([("shop", "click"), ("rating", "stars")]).ownStore()
        let index = ModelIndex(IndexReader(store))
        let name = try RepositoryName("shop")
        #expect(try index.moves(of: name, limit: 9).moves.map(\.label) == ["1.0.0"])
        try store.tag(store.resolve("rating:1.0.0"), as: "shop:1.0.0")
        try store.tag(store.resolve("rating:1.0.0"), as: "shop@prod")
        try store.untag("shop:1.0.0")
        let moves = try index.moves(of: name, limit: 3)
        #expect(moves.moves.map(\.label) == ["1.0.0", "@prod", "1.0.0"])
        #expect(moves.moves.map { $0.digest == nil } == [true, false, false])
        #expect(moves.total == 4)
        // Another log, such as one from a backup, is read from its beginning.
        try Data().write(to: URL(fileURLWithPath: "\(store.path)/tags.log"))
        #expect(try index.moves(of: name, limit: 3).total == 0)
        try store.tag(store.resolve("rating:1.0.0"), as: "shop:2.0.0")
        #expect(try index.moves(of: name, limit: 9).moves.map(\.label) == ["@prod", "2.0.0"], "what is found anew")
    }

    @Test func drawsTheLineWithoutWhatIsHidden() throws {
        let registry = try publish([("base", "click")])
        let digest = try registry.ownStore().resolve("base:1.0.0").digest
        let head = try fixture.makeModel("head", task: "buy", base: .init(reference: "base:1.0.0", digest: "\(digest)"))
        try registry.publish(directory: head, as: "head:1.0.0")
        let store = try registry.ownStore()
        let index = ModelIndex(IndexReader(store))
        let open = try index.lineage(of: "\(digest)") { _ in true }
        #expect(open.descendants.map { $0.place?.repository } == ["head"])
        #expect(try index.lineage(of: "\(digest)") { $0.description == "base" }.descendants.isEmpty)
        let from = try index.lineage(of: "\(store.resolve("head:1.0.0").digest)") { $0.description == "head" }
        #expect(from.bases.map(\.digest) == ["\(digest)"])
        #expect(from.bases.allSatisfy { $0.place == nil })
    }
}
