import Foundation
import Glibc
import OCI
import StoreStress
import TestSupport
import Testing

/// What a registry keeps in a store beside tags: untagged manifests, blobs without a manifest, uploads.
@Suite struct RepositoryTests {
    let directory = TemporaryDirectory()
    let store: LayoutStore
    let name: RepositoryName

    init() throws {
        store = try LayoutStore.open(at: directory.path("store"), create: true)
        name = try RepositoryName("team/model")
    }

    func upload(_ bytes: [UInt8]) throws -> Digest {
        let identifier = try store.beginUpload(to: name)
        let session = try #require(try store.openUpload(identifier, to: name, progress: .init()))
        try bytes.withUnsafeBytes { try session.append($0) }
        try session.commit(expecting: Digest.of(bytes))
        session.release()
        return Digest.of(bytes)
    }

    func age(_ path: String, seconds: Int) throws {
        let date = Date(timeIntervalSinceNow: -Double(seconds))
        try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: "\(store.path)/.zoo/\(path)")
    }

    @Test func blobsWithoutAManifestWaitADay() throws {
        let digest = try upload([1, 2, 3])
        #expect(try store.blobs(of: name).contains(digest))
        #expect(try !store.blobs(of: RepositoryName("team")).contains(digest))
        #expect(try store.collectGarbage().blobs.isEmpty)
        try age("repositories/team+model/sha256-\(digest.hex)", seconds: RepositoryBlobs.lifetime + 10)
        #expect(try store.collectGarbage(dryRun: true).blobs == [digest])
        #expect(try store.blobs(of: name).contains(digest))
        #expect(try store.collectGarbage().blobs == [digest])
        #expect(try !store.blobs(of: name).contains(digest))
        #expect(try store.repositoriesWithBlobs().isEmpty)
    }

    @Test func retiredBlobsGoAtOnceUnlessAskedForSince() throws {
        let (old, young) = (try upload([1]), try upload([2]))
        let future = Int64(time(nil) + 100) * 1_000_000_000
        try store.blobs(of: name).retire([old, young], since: future)
        #expect(try store.blobs(of: name).keep(young))
        #expect(try store.collectGarbage().blobs == [old])
        try store.blobs(of: name).retire([young], since: 0)
        #expect(try store.collectGarbage().blobs.isEmpty)
    }

    /// Files written within one tick of the kernel's clock have the same time.
    @Test func whatIsAskedForRightAfterAManifestStays() throws {
        for number in 0..<50 as Range<UInt8> {
            let layer = try upload([number])
            let manifest = try upload([number, number])
            #expect(try store.blobs(of: name).keep(layer))
            let time = try #require(try store.blobTime(manifest))
            try store.blobs(of: name).retire([layer], since: time)
        }
        #expect(try store.collectGarbage().blobs.isEmpty)
    }

    @Test func uploadsAreResumedByAnyProcess() throws {
        let identifier = try store.beginUpload(to: name)
        let bytes = [UInt8](0..<100)
        for range in [0..<40, 40..<100] {
            // Without the progress of the request before, as after a restart.
            let session = try #require(try store.openUpload(identifier, to: name, progress: .init(.sha512)))
            #expect(session.size == range.lowerBound)
            #expect(throws: OCIError.self) { try store.openUpload(identifier, to: name, progress: .init()) }
            try bytes[range].withUnsafeBytes { try session.append($0) }
            session.release()
        }
        let session = try #require(try store.openUpload(identifier, to: name, progress: .init()))
        try session.truncate(to: 90)
        #expect(session.size == 90)
        try session.commit(expecting: Digest.of(Array(bytes[..<90]), .sha512))
        session.release()
        #expect(try store.readBlob(Digest.of(Array(bytes[..<90]), .sha512), maxBytes: 100) == Array(bytes[..<90]))
        #expect(try store.openUpload(identifier, to: name, progress: .init()) == nil)
    }

    @Test(arguments: [
        "", "..", "../../index.json", "/etc/passwd", String(repeating: "g", count: 32),
        String(repeating: "a", count: 31),
    ])
    func identifiersAreChecked(_ identifier: String) throws {
        _ = try store.beginUpload(to: name)
        #expect(try store.openUpload(identifier, to: name, progress: .init()) == nil)
    }

    @Test func abandonedUploadsExpire() throws {
        let identifiers = try (0..<3).map { _ in try store.beginUpload(to: name) }
        let held = try #require(try store.openUpload(identifiers[0], to: name, progress: .init()))
        for identifier in identifiers[..<2] { try age("uploads/team+model/\(identifier)", seconds: 100_000) }
        #expect(try store.expireUploads(after: 3600, dryRun: true).gone == [identifiers[1]])
        #expect(try store.collectGarbage().leftovers == 1)
        #expect(Set(try store.expireUploads(after: 3600).open) == [identifiers[0], identifiers[2]])
        try held.cancel()
    }

    @Test func editsOfTheIndex() throws {
        let tagged = try StoreStress.publish(1, in: store)
        let descriptor = try store.resolve(tagged)
        func put(_ tags: [String], _ repository: RepositoryName) throws {
            let edit = RepositoryEdit.put(descriptor, references: [], in: repository, tags: tags)
            for result in try store.apply([edit]) { _ = try result.get() }
        }
        let other = try RepositoryName("other")
        try put([], name)
        try put([], name)
        try put([], other)
        #expect(try store.apply([.removeTag("x", in: name)])[0].get() == false)
        try put(["x", "y"], name)
        #expect(try store.resolve("team/model:y").digest == descriptor.digest)
        let results = try store.apply([.removeTag("x", in: name), .removeTag("y", in: name), .removeTag("y", in: name)])
        #expect(try results.map { try $0.get() } == [true, true, false])
        #expect(try Set(store.tags().map(\.name)) == [tagged])
        try store.untag(tagged)
        #expect(try store.collectGarbage().blobs.isEmpty, "two repositories have it without a tag")
        _ = try store.apply([.removeManifest(descriptor.digest, in: name)])
        #expect(try store.collectGarbage().blobs.isEmpty)
        _ = try store.apply([.removeManifest(descriptor.digest, in: other)])
        #expect(try !store.collectGarbage().blobs.isEmpty)
        #expect(try store.apply([.put(descriptor, references: [], in: name, tags: ["z"])])[0].isFailure)
        #expect(try store.tags().isEmpty)
    }

    @Test func anIndexThatLacksManifestsDoesNotStopGarbageCollection() throws {
        let absent = Descriptor(mediaType: MediaType.manifest, digest: Digest.of([9]), size: 1)
        let lease = try store.lease()
        var entry = try lease.put(ImageIndex(manifests: [absent]).canonicalBytes, mediaType: MediaType.index)
        let withoutNote = try store.apply([.put(entry, references: [absent], in: name, tags: ["s"])])
        #expect(withoutNote[0].isFailure)
        entry.annotations[Annotation.missing] = absent.digest.description
        #expect(try store.apply([.put(entry, references: [absent], in: name, tags: ["s"])])[0].get())
        lease.end()
        #expect(try store.collectGarbage().blobs.isEmpty)
        #expect(try store.verify().problems.isEmpty)
    }

    @Test(arguments: [
        "a", "a/b", "a.b/c", "ghcr.io/x/y", "a__b", "a---b", String(repeating: "a", count: 255),
    ])
    func names(_ text: String) throws { #expect(try RepositoryName(text).description == text) }

    @Test(arguments: [
        "", "/", "a/", "/a", "a//b", "A", "a:b", "..", "a/../b", "a+b", ".a", "a.", "a..b", "a___b", "ä", "a b",
        "a\u{0}",
        String(repeating: "a", count: 256),
    ])
    func noNames(_ text: String) { #expect(throws: OCIError.self) { try RepositoryName(text) } }
}

extension Result {
    fileprivate var isFailure: Bool {
        if case .failure = self { true } else { false }
    }
}
