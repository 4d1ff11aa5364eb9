import Foundation
import ModelSamples
import OCI
import Testing
import ZooRegistry

@Suite struct AliasTests {
    let fixture: ModelFixture
    let registry: ModelRegistry
    let one: Digest
    let two: Digest

    init() throws {
        fixture = ModelFixture()
        registry = try fixture.registry()
        one = try registry.publish(directory: fixture.makeModel("shop"), as: "shop:1").digest
        two = try registry.publish(directory: fixture.makeModel("shop", head: 3), as: "shop:2").digest
    }

    private func set(_ text: String, _ target: String) throws -> Digest? {
        try registry.setAlias(#require(try Alias(text)), to: registry.resolve(target))
    }

    @Test func anAliasMovesAndStandsForTheTag() throws {
        #expect(try set("shop@prod", "shop:1") == nil)
        #expect(try registry.resolve("shop@prod").reference == "shop:1")
        #expect(try registry.resolve("shop@prod").descriptor.digest == one)
        #expect(try set("shop@prod", "shop:2") == one)
        #expect(try registry.resolve("shop@prod").descriptor.digest == two)
        #expect(try set("shop@prod", "shop:2") == nil)
        #expect(try registry.ownStore().history(of: "shop@prod").map(\.digest) == [one, two])
        #expect(try registry.aliases().map(\.alias.description) == ["shop@prod"])
        // Listings show models, not the parts that they play.
        #expect(try registry.entries().compactMap(\.reference) == ["shop:1", "shop:2"])
    }

    @Test func anAliasKeepsItsModel() throws {
        _ = try set("shop@prod", "shop:1")
        #expect(try registry.remove("shop:1").isStillTagged)
        _ = try registry.ownStore().collectGarbage()
        let alone = try registry.resolve("shop@prod")
        #expect(alone.reference == "shop@prod")
        #expect(try registry.log(of: alone).moves.map(\.name) == ["shop:1", "shop@prod", "shop:1"])
        #expect(try registry.verify().problems.isEmpty)
        try registry.unpack("shop@prod", into: "\(fixture.root)/out")
        #expect(try registry.remove("shop@prod").digest == one)
        #expect(throws: RegistryError.self) { try registry.resolve("shop@prod") }
        #expect(try !registry.ownStore().collectGarbage().blobs.isEmpty)
    }

    @Test func theLogOfANameGoesBackToItsFirstMove() throws {
        _ = try set("shop@prod", "shop:1")
        _ = try set("shop@prod", "shop:2")
        let three = try registry.publish(directory: fixture.makeModel("shop", head: 4), as: "other:1").digest
        _ = try set("shop@prod", "other:1")
        let log = try registry.log(of: registry.resolve("shop@prod"))
        #expect(log.moves.filter { $0.name == "shop@prod" }.map(\.digest) == [one, two, three])
        try registry.tag(registry.resolve("shop:2"), as: "shop:1", move: true)
        try registry.tag(registry.resolve("other:1"), as: "shop:1", move: true)
        let moves = try registry.log(of: registry.resolve("shop:1")).moves
        #expect(moves.filter { $0.name == "shop:1" }.map(\.digest) == [one, two, three])
    }

    @Test func removingAnAliasLeavesTheTag() throws {
        _ = try set("shop@prod", "shop:1")
        #expect(try registry.remove("shop@prod").reference == "shop@prod")
        #expect(try registry.resolve("shop:1").descriptor.digest == one)
        let error = #expect(throws: RegistryError.self) { try registry.remove("shop@prod") }
        #expect(error?.code == .notFound)
    }

    @Test func thePastIsKnown() throws {
        _ = try set("shop@prod", "shop:1")
        let first = try #require(try registry.ownStore().history(of: "shop@prod").last).time
        usleep(5_000)
        _ = try set("shop@prod", "shop:2")
        let second = try #require(try registry.ownStore().history(of: "shop@prod").last).time
        usleep(5_000)
        _ = try registry.remove("shop@prod")
        let third = try #require(try registry.ownStore().history(of: "shop@prod").last).time
        #expect(try registry.resolve("shop@prod", at: TimePoint(first)) == one)
        #expect(try registry.resolve("shop@prod", at: TimePoint(second)) == two)
        let gone = #expect(throws: RegistryError.self) { try registry.resolve("shop@prod", at: TimePoint(third)) }
        #expect(gone?.message.contains("removed") == true)
        let early = #expect(throws: RegistryError.self) {
            try registry.resolve("shop@prod", at: TimePoint("2001-01-01"))
        }
        #expect(early?.message.contains("first set at \(first)") == true)
        #expect(try registry.resolve("shop:2", at: TimePoint(third)) == two)
        #expect(throws: RegistryError.self) { try registry.resolve("shop@never", at: TimePoint(third)) }
        #expect(throws: RegistryError.self) { try registry.resolve("shop@\(one)", at: TimePoint(third)) }
    }

    @Test(arguments: ["shop@Prod", "shop@", "shop@1", "shop@a b", "Shop@prod", "shop:1@prod", "sh..op@prod"])
    func whatIsNoAliasIsAUsageError(_ text: String) {
        let error = #expect(throws: RegistryError.self) { try registry.resolve(text) }
        #expect(error?.code == .usage, "\(error?.description ?? "")")
    }

    @Test func digestsAreNoAliases() throws {
        #expect(try Alias("shop@\(one)") == nil)
        #expect(try Alias("@\(one)") == nil)
        #expect(try registry.resolve("shop@\(one)").descriptor.digest == one)
        let error = #expect(throws: RegistryError.self) { try registry.resolve("shop@prod") }
        #expect(error?.code == .notFound)
        #expect(error?.message.contains("zoo alias shop@prod") == true)
    }

    @Test func aBundledModelIsPulledFirst() throws {
        let mine = try ModelRegistry(home: "\(fixture.root)/mine", bundledPath: "\(fixture.root)/home")
        try mine.setAlias(#require(try Alias("shop@prod")), to: mine.resolve("shop:1"))
        #expect(try mine.resolve("shop@prod").origin == .own)
        #expect(try mine.resolve("shop@prod").reference == "shop:1")
    }
}
