import Foundation
import ModelSamples
import OCI
import Testing
import ZooRegistry

@Suite struct CatalogTests {
    let fixture = ModelFixture()
    let registry: ModelRegistry

    init() throws {
        registry = try fixture.registry()
    }

    @Test func nameAloneIsLatestOrTheOnlyTag() throws {
        let directory = try fixture.makeModel("shop")
        try registry.publish(directory: directory, as: "shop:1")
        #expect(try registry.resolve("shop").reference == "shop:1")
        try registry.publish(directory: directory, as: "shop:2")
        #expect(throws: RegistryError.self) { try registry.resolve("shop") }
        try registry.publish(directory: directory, as: "shop")
        #expect(try registry.resolve("shop").reference == "shop:latest")
    }

    @Test func digestsResolveWholeOrByTheirStart() throws {
        let digest = try registry.publish(directory: fixture.makeModel("shop"), as: "shop:1").digest
        #expect(try registry.resolve("\(digest)").descriptor.digest == digest)
        #expect(try registry.resolve("shop@\(digest)").descriptor.digest == digest)
        #expect(try registry.resolve(digest.short).descriptor.digest == digest)
    }

    @Test func mistypedNameGetsASuggestion() throws {
        try registry.publish(directory: fixture.makeModel("shop"), as: "shop-mmoe:1")
        let error = #expect(throws: RegistryError.self) { try registry.resolve("shop-mome") }
        #expect(error?.exitCode == 66)
        #expect(error?.message.contains("did you mean shop-mmoe?") == true)
    }

    @Test func bundledModelsAreListedPulledAndStandAlone() throws {
        let bundledHome = try fixture.registry()
        try bundledHome.publish(directory: fixture.makeModel("shop"), as: "shop:1")
        let mine = try ModelRegistry(home: "\(fixture.root)/mine", bundledPath: "\(fixture.root)/home")
        #expect(try mine.entries().map(\.origin) == [.bundled])
        try mine.pull(mine.resolve("shop"))
        #expect(try mine.entries().map(\.origin) == [.own, .bundled])
        #expect(try mine.verify().models == 1)
        #expect(try mine.pull(mine.resolve("shop")).growth == 0)
    }

    @Test func whatOthersWroteIsListedAsWell() throws {
        let digest = try registry.publish(directory: fixture.makeModel("shop"), as: "shop:1").digest
        let base = ModelDocument.Base(reference: "shop:1", digest: digest.description)
        try registry.publish(directory: fixture.makeModel("again", base: base), as: "again:1")
        let ours = try registry.entries()
        let path = fixture.root + "/home/index.json"
        let bytes = try Array(Data(contentsOf: URL(fileURLWithPath: path)))
        var index = try ImageIndex(parsing: bytes)
        for place in index.manifests.indices {
            let name = index.manifests[place].referenceName
            index.manifests[place].annotations = [:]
            index.manifests[place].annotations[Annotation.referenceName] = name
        }
        index.annotations = [:]
        let stranger = Descriptor(
            mediaType: MediaType.manifest,
            digest: Digest.of(Array("gone".utf8)),
            size: 77,
            annotations: [Annotation.referenceName: "zzz"]
        )
        index.manifests.append(stranger)
        try Data(index.canonicalBytes).write(to: URL(fileURLWithPath: path))
        let theirs = try registry.entries()
        #expect(theirs.map(\.reference) == ["again:1", "shop:1", "zzz"])
        for (left, right) in zip(ours, theirs) {
            var summary = left.summary
            summary.published = nil
            #expect(right.summary == summary)
        }
        #expect(theirs.last?.summary.kind == nil)
        #expect(theirs.last?.summary.size == 77)
    }

    @Test func pullingHealsWhatIsDamagedHere() throws {
        try registry.publish(directory: fixture.makeModel("shop"), as: "shop:1")
        let mine = try ModelRegistry(home: "\(fixture.root)/mine", bundledPath: "\(fixture.root)/home")
        let entry = try mine.resolve("shop")
        try mine.pull(entry)
        let layer = try mine.artifact(entry).manifest.layers[0]
        let path = try mine.ownStore().blobPath(layer.digest)
        try Data(repeating: 7, count: layer.size).write(to: URL(fileURLWithPath: path))
        #expect(try mine.verify().problems.map(\.digest) == [layer.digest])
        try mine.pull(entry)
        #expect(try mine.verify().problems.isEmpty)
    }

    @Test func aDamagedModelIsNotPulled() throws {
        try registry.publish(directory: fixture.makeModel("shop"), as: "shop:1")
        let layer = try registry.artifact(registry.resolve("shop")).manifest.layers[0]
        let path = try registry.ownStore().blobPath(layer.digest)
        try Data(repeating: 7, count: layer.size).write(to: URL(fileURLWithPath: path))
        let mine = try ModelRegistry(home: "\(fixture.root)/mine", bundledPath: "\(fixture.root)/home")
        let error = #expect(throws: OCIError.self) { try mine.pull(mine.resolve("shop")) }
        #expect(error?.code == .damaged)
        #expect(try mine.entries().map(\.origin) == [.bundled])
        #expect(try !mine.ownStore().hasBlob(layer.digest))
    }

    @Test func lineageGoesBothWaysAndProtectsTheBase() throws {
        let digest = try registry.publish(directory: fixture.makeModel("shop"), as: "shop:1").digest
        let base = ModelDocument.Base(reference: "shop:1", digest: digest.description)
        try registry.publish(directory: fixture.makeModel("again", base: base), as: "again:1")
        let head = try registry.artifact(registry.resolve("again"))
        #expect(try registry.ancestors(of: head).map(\.digest) == [digest])
        #expect(try registry.descendants(of: digest).map(\.reference) == ["again:1"])
        let error = #expect(throws: RegistryError.self) { try registry.remove("shop:1") }
        #expect(error?.code == .conflict)
        #expect(try registry.remove("shop:1", force: true).orphans == ["again:1"])
    }

    @Test func damageIsNamed() throws {
        let publication = try registry.publish(directory: fixture.makeModel("shop"), as: "shop:1")
        let layer = publication.layers[0].digest
        let path = try registry.ownStore().blobPath(layer)
        var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        bytes[700] ^= 1
        try bytes.write(to: URL(fileURLWithPath: path))
        #expect(try registry.verify().problems.map(\.digest) == [layer])
        #expect(try registry.verify("shop:1").problems.map(\.digest) == [layer])
        #expect(throws: OCIError.self) { try registry.unpack("shop", into: "\(fixture.root)/out") }
        #expect(!FileManager.default.fileExists(atPath: "\(fixture.root)/out"))
    }

    @Test func differenceNamesTensorsAndMembers() throws {
        try registry.publish(directory: fixture.makeModel("a"), as: "a:1")
        try registry.publish(directory: fixture.makeModel("b", head: 2.5), as: "b:1")
        let difference = try registry.difference(
            registry.artifact(registry.resolve("a")),
            registry.artifact(registry.resolve("b"))
        )
        #expect(difference.sameTensors == 1)
        #expect(difference.tensors.map(\.name) == ["heads/click/head.weight"])
        #expect(difference.tensors.first?.largestDelta == 0.5)
        #expect(difference.fields.map(\.path) == ["name"])
    }
}
