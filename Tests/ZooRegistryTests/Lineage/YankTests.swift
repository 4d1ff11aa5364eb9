import Foundation
import ModelSamples
import OCI
import Testing
import ZooRegistry

@Suite struct YankTests {
    let fixture: ModelFixture
    let registry: ModelRegistry
    let base: ModelRegistry.Entry
    let head: ModelRegistry.Entry

    init() throws {
        fixture = ModelFixture()
        registry = try fixture.registry()
        let digest = try registry.publish(directory: fixture.makeModel("shop"), as: "shop:1").digest
        let pinned = ModelDocument.Base(reference: "shop:1", digest: digest.description)
        try registry.publish(directory: fixture.makeModel("again", base: pinned), as: "again:1")
        base = try registry.resolve("shop:1")
        head = try registry.resolve("again:1")
    }

    private func warnings(_ entry: ModelRegistry.Entry) throws -> [YankWarning] {
        try registry.yankWarnings(of: registry.artifact(entry), name: entry.reference ?? "")
    }

    @Test func aYankWarnsUsersOfTheModelAndOfWhatIsBuiltOnIt() throws {
        #expect(try warnings(base).isEmpty)
        let event = try registry.yank(base, reason: "leaked labels")
        #expect(event?.isYanked == true)
        let own = try #require(try warnings(base).first)
        #expect(own.isItself)
        #expect(own.event.reason == "leaked labels")
        #expect(own.descendants == ["again:1"])
        let inherited = try warnings(head)
        #expect(inherited.map(\.isItself) == [false])
        #expect(inherited.map(\.reference) == ["shop:1"])
        // A word against the head is none against its base.
        try registry.yank(base, reason: "", undo: true)
        try registry.yank(head, reason: "bad head")
        #expect(try warnings(base).isEmpty)
        #expect(try warnings(head).map(\.isItself) == [true])
    }

    @Test func eventsAreKeptAndTheLastStands() throws {
        try registry.yank(base, reason: "one")
        #expect(try registry.yank(base, reason: "one") == nil)
        try registry.yank(base, reason: "two")
        #expect(try warnings(base).first?.event.reason == "two")
        try registry.yank(base, reason: "was wrong", undo: true)
        #expect(try registry.yank(base, reason: "", undo: true) == nil)
        #expect(try warnings(base).isEmpty)
        let events = try registry.yankEvents(of: base.descriptor.digest)
        #expect(Set(events.map(\.reason)) == ["one", "two", "was wrong"])
        #expect(events.filter(\.isYanked).count == 2)
        try registry.yank(base, reason: "three")
        #expect(try warnings(base).first?.event.reason == "three")
        #expect(try registry.ownStore().collectGarbage().blobs.isEmpty)
        #expect(try registry.yankEvents(of: base.descriptor.digest).count == 4)
    }

    @Test func whereTwoStoresMeetTheWordAgainstItStands() throws {
        try registry.export(base, to: "\(fixture.root)/base.tar")
        let other = try ModelRegistry(home: "\(fixture.root)/other", bundledPath: nil)
        _ = try other.importArchive("\(fixture.root)/base.tar")
        // One store yanks and takes it back, the other yanks for a reason of its own.
        try registry.yank(base, reason: "ours")
        try registry.yank(base, reason: "ours is mended", undo: true)
        try other.yank(other.resolve("shop:1"), reason: "theirs")
        try other.export(other.resolve("shop:1"), to: "\(fixture.root)/back.tar")
        _ = try registry.importArchive("\(fixture.root)/back.tar")
        #expect(try warnings(base).map(\.event.reason) == ["theirs"])
        try registry.yank(base, reason: "both are mended", undo: true)
        #expect(try warnings(base).isEmpty)
    }

    @Test func aBundledModelIsYankedAfterItWasPulled() throws {
        let mine = try ModelRegistry(home: "\(fixture.root)/mine", bundledPath: "\(fixture.root)/home")
        let error = #expect(throws: RegistryError.self) { try mine.yank(mine.resolve("shop:1"), reason: "x") }
        #expect(error?.code == .usage)
        try mine.pull(mine.resolve("shop:1"))
        #expect(try mine.yank(mine.resolve("shop:1"), reason: "x") != nil)
        // What the bundled zoo's makers say is heard in the user's own copy as well.
        try mine.yank(mine.resolve("shop:1"), reason: "", undo: true)
        try registry.yank(base, reason: "by its makers")
        let artifact = try mine.artifact(mine.resolve("shop:1"))
        #expect(try mine.yankWarnings(of: artifact, name: "shop:1").map(\.event.reason) == ["by its makers"])
    }

    @Test func theLogTellsLineageMovesAndAttachments() throws {
        try registry.sign(base, with: SigningKey(.ed25519))
        try registry.setAlias(#require(try Alias("shop@prod")), to: base)
        try registry.yank(base, reason: "leaked labels")
        let log = try registry.log(of: base)
        #expect(log.bases.isEmpty)
        #expect(ModelRegistry.references(log.descendants) == ["again:1"])
        #expect(log.moves.map(\.name) == ["shop:1", "shop@prod"])
        #expect(log.yanks.map(\.reason) == ["leaked labels"])
        #expect(log.attachments.map(\.kind).sorted() == ["provenance", "signature", "yank"])
        #expect(try registry.log(of: head).bases.map(\.reference) == ["shop:1"])
    }
}
