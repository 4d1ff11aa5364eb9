import Foundation
import OCI
import StoreStress
import TestSupport
import Testing

@Suite struct LayoutStoreTests {
    let directory = TemporaryDirectory()

    func store(_ name: String = "store") throws -> LayoutStore {
        try LayoutStore.open(at: directory.path(name), create: true)
    }

    func blobs(_ store: LayoutStore) throws -> Set<String> {
        Set(try FileManager.default.contentsOfDirectory(atPath: store.path + "/blobs/sha256"))
    }

    @Test func whatIsPublishedIsFound() throws {
        let store = try store("deep/er/store")
        let lease = try store.lease()
        var descriptor = try StoreSamples.publish(1, through: lease)
        descriptor.annotations["dev.zoo.kind"] = "encoder"
        try store.tag(descriptor, as: "shop/mmoe:1.0")
        lease.end()

        let again = try LayoutStore.open(at: store.path)
        #expect(try again.tags().map(\.name) == ["shop/mmoe:1.0"])
        let found = try again.resolve(Reference("shop/mmoe:1.0"))
        #expect(found.digest == descriptor.digest)
        #expect(found.artifactType == "application/vnd.example")
        #expect(found.annotations["dev.zoo.kind"] == "encoder")
        #expect(try again.resolve(Reference("shop/mmoe@\(descriptor.digest)")).digest == descriptor.digest)
        let manifest = try again.manifest(found)
        #expect(manifest.layers.count == 2)
        #expect(try again.readBlob(manifest.layers[1].digest, maxBytes: 3000) == StoreSamples.bytes(2))
        #expect(try again.verify().problems.isEmpty)
    }

    @Test func publishingTwiceChangesNothing() throws {
        let store = try store()
        let first = try StoreSamples.publish(1, through: store.lease())
        try store.tag(first, as: "a:1")
        let index = try Data(contentsOf: URL(fileURLWithPath: store.path + "/index.json"))
        let blobs = try blobs(store)
        let second = try StoreSamples.publish(1, through: store.lease())
        try store.tag(second, as: "a:1")
        #expect(first == second)
        #expect(try Data(contentsOf: URL(fileURLWithPath: store.path + "/index.json")) == index)
        #expect(try self.blobs(store) == blobs)
    }

    @Test func theIndexIsCanonicalAndReadAgainWhenItChanges() throws {
        let store = try store()
        let other = try LayoutStore.open(at: store.path)
        for number in 1...3 {
            let descriptor = try StoreSamples.publish(number, through: store.lease())
            try store.tag(descriptor, as: "a:\(number)")
            let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: store.path + "/index.json")))
            #expect(try ImageIndex(parsing: bytes).canonicalBytes == bytes)
            #expect(try store.tags().map(\.name) == (1...number).map { "a:\($0)" })
            #expect(try other.tags() == store.tags())
        }
        try other.untag("a:2")
        #expect(try store.tags().map(\.name) == ["a:1", "a:3"])
    }

    @Test func missingThingsSaySo() throws {
        let absent = #expect(throws: OCIError.self) { _ = try LayoutStore.open(at: directory.path("absent")) }
        #expect(absent?.code == .notFound)
        let store = try store()
        #expect(throws: OCIError.self) { _ = try store.resolve("a:1") }
        #expect(throws: OCIError.self) { try store.untag("a:1") }
        #expect(throws: OCIError.self) { _ = try store.readBlob(Digest.of([1]), maxBytes: 10) }
        let dangling = Descriptor(mediaType: MediaType.manifest, digest: Digest.of([1]), size: 1)
        let error = #expect(throws: OCIError.self) { try store.tag(dangling, as: "a:1") }
        #expect(error?.code == .incomplete)
        #expect(try store.tags().isEmpty)
    }

    @Test func aManifestWithAMissingLayerCannotBeTagged() throws {
        let store = try store()
        let lease = try store.lease()
        let descriptor = try StoreSamples.publish(1, through: lease)
        let layer = try store.manifest(descriptor).layers[1]
        try FileManager.default.removeItem(atPath: store.blobPath(layer.digest))
        let error = #expect(throws: OCIError.self) { try store.tag(descriptor, as: "a:1") }
        #expect(error?.message.contains(layer.digest.description) == true)
    }

    @Test func writersCheckWhatTheyAreGiven() throws {
        let store = try store()
        let lease = try store.lease()
        let content = StoreSamples.bytes(5)
        let digest = Digest.of(content)
        for (bytes, size) in [(content + [0], 3000), (Array(content.dropLast()), 3000), (content, 2999)] {
            let writer = try lease.writer()
            try bytes.withUnsafeBytes { try writer.write($0) }
            #expect(throws: OCIError.self) { try writer.commit(expecting: digest, size: size) }
        }
        let writer = try lease.writer()
        try content.reversed().withUnsafeBytes { try writer.write($0) }
        #expect(throws: OCIError.self) { try writer.commit(expecting: digest, size: 3000) }
        #expect(try blobs(store).isEmpty)
    }

    @Test func aDamagedBlobIsNamedAndHealed() throws {
        let store = try store()
        let descriptor = try StoreSamples.publish(1, through: store.lease())
        try store.tag(descriptor, as: "a:1")
        try store.tag(descriptor, as: "b:1")
        let layer = try store.manifest(descriptor).layers[1]
        var content = StoreSamples.bytes(2)
        content[77] ^= 1
        try Data(content).write(to: URL(fileURLWithPath: store.blobPath(layer.digest)))
        let report = try store.verify()
        #expect(report.problems.map(\.digest) == [layer.digest])
        #expect(report.problems.first?.tags == ["a:1", "b:1"])
        #expect(throws: OCIError.self) { _ = try store.readBlob(layer.digest, maxBytes: 5000) }
        _ = try StoreSamples.publish(1, through: store.lease())
        #expect(try store.verify().problems.isEmpty)
    }

    /// A change that is claimed is in force: it must not end in an error because the log has no room.
    @Test func aLogWithoutRoomIsMadeGoodByTheNextChange() throws {
        let store = try store()
        let lease = try store.lease()
        let (one, two) = (try StoreSamples.publish(1, through: lease), try StoreSamples.publish(2, through: lease))
        try store.tag(one, as: "a:1")
        let (log, aside) = (store.path + "/tags.log", store.path + "/aside")
        try FileManager.default.moveItem(atPath: log, toPath: aside)
        try FileManager.default.createSymbolicLink(atPath: log, withDestinationPath: "/dev/full")
        try store.tag(two, as: "a:1")
        #expect(try store.resolve("a:1").digest == two.digest)
        #expect(
            try Data(contentsOf: URL(fileURLWithPath: store.path + "/index.json")).contains(Data(two.digest.hex.utf8))
        )
        try FileManager.default.removeItem(atPath: log)
        try FileManager.default.moveItem(atPath: aside, toPath: log)
        try store.tag(one, as: "b:1")
        #expect(try store.history(of: "a:1").map(\.digest) == [one.digest, two.digest])
    }

    @Test func tagsMoveAndHistoryRemembers() throws {
        let store = try store()
        let lease = try store.lease()
        let (one, two) = (try StoreSamples.publish(1, through: lease), try StoreSamples.publish(2, through: lease))
        try store.tag(one, as: "a:prod")
        try store.tag(two, as: "a:prod")
        try store.untag("a:prod")
        let events = try store.history(of: "a:prod")
        #expect(events.map(\.digest) == [one.digest, two.digest, nil])
        #expect(events.map(\.previous) == [nil, one.digest, two.digest])
        #expect(throws: OCIError.self) { _ = try store.resolve("a:prod", at: "2001-01-01") }
    }

    @Test func aTornLogLineSpoilsNoOther() throws {
        let store = try store()
        let one = try StoreSamples.publish(1, through: store.lease())
        try store.tag(one, as: "a:1")
        let handle = try #require(FileHandle(forWritingAtPath: store.path + "/tags.log"))
        try handle.seekToEnd()
        try handle.write(contentsOf: Data(#"{"generation":9,"na"#.utf8))
        try handle.close()
        try store.tag(one, as: "b:1")
        #expect(try store.history().map(\.name) == ["a:1", "b:1"])
    }

    @Test func changesByOthersReachTheLog() throws {
        let store = try store()
        let one = try StoreSamples.publish(1, through: store.lease())
        try store.tag(one, as: "a:1")
        try FileManager.default.removeItem(atPath: store.path + "/tags.log")
        try store.tag(one, as: "b:1")
        #expect(try store.history().map(\.name) == ["a:1", "b:1"])
    }
}
