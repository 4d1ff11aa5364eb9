import Foundation
import OCI
import StoreStress
import TestSupport
import Testing

@Suite struct GarbageTests {
    let directory = TemporaryDirectory()

    @Test func onlyWhatNothingRefersToGoes() throws {
        let store = try LayoutStore.open(at: directory.path("store"), create: true)
        let (one, two) = (try StoreStress.publish(1, in: store), try StoreStress.publish(2, in: store))
        #expect(try store.collectGarbage().blobs.isEmpty)
        let gone = try store.resolve(two)
        let own = try store.manifest(gone).layers[1]
        try store.untag(two)

        let plan = try store.collectGarbage(dryRun: true)
        #expect(Set(plan.blobs) == [gone.digest, own.digest])
        #expect(plan.bytes == gone.size + own.size)
        #expect(try store.hasBlob(own.digest))
        #expect(try store.collectGarbage(minimumAge: 3600).blobs.isEmpty)

        #expect(Set(try store.collectGarbage().blobs) == [gone.digest, own.digest])
        #expect(try !store.hasBlob(own.digest))
        #expect(try store.tags().map(\.name) == [one])
        #expect(try store.verify().problems.isEmpty)
    }

    @Test func aLeaseProtectsWhatIsWrittenAndWhatIsReused() throws {
        let store = try LayoutStore.open(at: directory.path("store"), create: true)
        let name = try StoreStress.publish(1, in: store)
        let old = try store.resolve(name)
        let contents = try store.manifest(old).contents
        let lease = try store.lease()
        for content in contents { #expect(try lease.reuse(content.digest, size: content.size)) }
        let fresh = try lease.put([1, 2, 3], mediaType: "a/b")
        let writer = try lease.writer()
        try [UInt8(9)].withUnsafeBytes { try writer.write($0) }
        try store.untag(name)

        #expect(try store.collectGarbage().blobs == [old.digest])
        for content in contents + [fresh] { #expect(try store.hasBlob(content.digest, size: content.size)) }
        let late = try writer.commit()
        #expect(try store.collectGarbage().blobs.isEmpty)
        #expect(try store.hasBlob(late))

        lease.end()
        #expect(try store.collectGarbage().blobs.count == contents.count + 2)
    }

    @Test func nothingGoesWhileAManifestCannotBeRead() throws {
        let store = try LayoutStore.open(at: directory.path("store"), create: true)
        let (one, two) = (try StoreStress.publish(1, in: store), try StoreStress.publish(2, in: store))
        try store.untag(two)
        let manifest = try store.resolve(one)
        try Data("{}".utf8).write(to: URL(fileURLWithPath: store.blobPath(manifest.digest)))
        let error = #expect(throws: OCIError.self) { _ = try store.collectGarbage() }
        #expect(error?.message.contains(one) == true)
        try store.untag(one)
        #expect(try store.collectGarbage().blobs.count >= 4)
    }
}
