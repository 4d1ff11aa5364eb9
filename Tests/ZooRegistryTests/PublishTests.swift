import Foundation
import ModelSamples
import OCI
import Testing
import ZooRegistry

@Suite struct PublishTests {
    let fixture = ModelFixture()
    let registry: ModelRegistry

    init() throws {
        registry = try fixture.registry()
    }

    private func publishBase() throws -> ModelDocument.Base {
        let base = try registry.publish(directory: fixture.makeModel("shop"), as: "shop:1")
        return .init(reference: "shop:1", digest: base.digest.description)
    }

    @Test func publishingTwiceGivesTheSameDigestAndStoresNothing() throws {
        let directory = try fixture.makeModel("shop")
        let first = try registry.publish(directory: directory, as: "shop:1")
        let second = try registry.publish(directory: directory, as: "shop:2")
        #expect(first.digest == second.digest)
        #expect(first.growth > 16_000)
        #expect(second.growth == 0)
    }

    @Test func fineTuneSharesItsBasesEncoder() throws {
        let base = try publishBase()
        let head = try registry.publish(directory: fixture.makeModel("again", task: "again", base: base), as: "again:1")
        #expect(head.growth < 8_000)
        let shared = head.layers.filter { $0.title.hasPrefix("encoder") }
        #expect(shared.count == 2)
        #expect(shared.allSatisfy { $0.isShared && !$0.isNew })
        #expect(try registry.verify().problems == [])
    }

    @Test func encoderThatIsNotTheBasesIsRefused() throws {
        let base = try publishBase()
        let directory = try fixture.makeModel("again", base: base, encoder: 1.5)
        let error = #expect(throws: RegistryError.self) { try registry.publish(directory: directory, as: "again:1") }
        #expect(error?.code == .base)
        #expect(throws: RegistryError.self) { try registry.resolve("again:1") }
    }

    @Test func missingBaseIsRefusedAndNamed() throws {
        let base = ModelDocument.Base(reference: "gone:1", digest: "sha256:" + String(repeating: "0", count: 64))
        let directory = try fixture.makeModel("again", base: base)
        let error = #expect(throws: RegistryError.self) { try registry.publish(directory: directory, as: "again:1") }
        #expect(error?.message.contains("zoo pull gone:1") == true)
    }

    @Test func tagMovesOnlyWhenAsked() throws {
        try registry.publish(directory: fixture.makeModel("shop"), as: "shop:1")
        let other = try fixture.makeModel("other", head: 3)
        let error = #expect(throws: RegistryError.self) { try registry.publish(directory: other, as: "shop:1") }
        #expect(error?.code == .conflict)
        #expect(try registry.publish(directory: other, as: "shop:1", move: true).previous != nil)
    }

    @Test(arguments: ["run.log", "encoder/.hidden", "heads/click/sub/file"])
    func strayFilesAreRefused(_ stray: String) throws {
        let directory = try fixture.makeModel("shop")
        try fixture.write("x", to: "shop/\(stray)")
        #expect(throws: RegistryError.self) { try registry.publish(directory: directory, as: "shop:1") }
    }

    @Test func linksAreRefused() throws {
        let directory = try fixture.makeModel("shop")
        try FileManager.default.createSymbolicLink(
            atPath: "\(directory)/encoder/passwd",
            withDestinationPath: "/etc/passwd"
        )
        #expect(throws: RegistryError.self) { try registry.publish(directory: directory, as: "shop:1") }
    }

    @Test func unpackedDirectoryIsThePublishedOne() throws {
        let directory = try fixture.makeModel("shop")
        let publication = try registry.publish(directory: directory, as: "shop:1")
        let copy = "\(fixture.root)/copy"
        #expect(try registry.unpack("shop", into: copy).digest == publication.digest)
        #expect(try registry.publish(directory: copy, as: "copy:1").digest == publication.digest)
        #expect(throws: RegistryError.self) { try registry.unpack("shop", into: copy) }
    }
}
