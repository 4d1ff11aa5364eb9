import Foundation
import OCI
import StoreStress
import TestSupport
import Testing

/// Manifests about manifests: listed, kept with their subject, gone after it.
@Suite struct ReferrerTests {
    let directory = TemporaryDirectory()
    let store: LayoutStore

    init() throws {
        store = try LayoutStore.open(at: directory.path("store"), create: true)
    }

    /// Writes and lists a manifest about `subject`.
    @discardableResult
    private func attach(_ text: String, to subject: Descriptor, type: String = "application/vnd.test") throws
        -> Descriptor
    {
        let lease = try store.lease()
        let config = try lease.put(Array("{}".utf8), mediaType: MediaType.empty)
        let layer = try lease.put(Array(text.utf8), mediaType: type)
        let referrer = try lease.put(
            Manifest(
                artifactType: type,
                config: config,
                layers: [layer],
                subject: Descriptor(mediaType: subject.mediaType, digest: subject.digest, size: subject.size),
                annotations: ["note": text]
            )
        )
        try store.attach([referrer])
        lease.end()
        return referrer
    }

    @Test func referrersAreFoundByTypeWithTheirAnnotations() throws {
        let (one, two) = (try StoreStress.publish(1, in: store), try StoreStress.publish(2, in: store))
        let subject = try store.resolve(one)
        let signature = try attach("signed", to: subject, type: "application/vnd.signature")
        let note = try attach("a note", to: subject)
        let found = try store.referrers(of: subject.digest)
        #expect(Set(found.map(\.digest)) == [signature.digest, note.digest])
        #expect(
            try store.referrers(of: subject.digest, artifactType: "application/vnd.signature").map(\.digest) == [
                signature.digest
            ]
        )
        #expect(found.first { $0.digest == note.digest }?.annotations == ["note": "a note"])
        #expect(try store.referrers(of: store.resolve(two).digest).isEmpty)
        #expect(try store.tags().map(\.name) == [one, two])
    }

    @Test func attachingTwiceChangesNothing() throws {
        let subject = try store.resolve(StoreStress.publish(1, in: store))
        try attach("once", to: subject)
        let index = try Data(contentsOf: URL(fileURLWithPath: directory.path("store/index.json")))
        try attach("once", to: subject)
        #expect(try Data(contentsOf: URL(fileURLWithPath: directory.path("store/index.json"))) == index)
    }

    @Test func anEntryOfAnotherToolNeedsNoHint() throws {
        let subject = try store.resolve(StoreStress.publish(1, in: store))
        let referrer = try attach("note", to: subject)
        let path = URL(fileURLWithPath: directory.path("store/index.json"))
        var index = try ImageIndex(parsing: [UInt8](Data(contentsOf: path)))
        for position in index.manifests.indices where index.manifests[position].digest == referrer.digest {
            index.manifests[position].annotations = [:]
            index.manifests[position].artifactType = nil
        }
        try Data(index.canonicalBytes).write(to: path)
        let found = try store.referrers(of: subject.digest)
        #expect(found.map(\.digest) == [referrer.digest])
        #expect(found.first?.artifactType == "application/vnd.test")
        #expect(found.first?.annotations == ["note": "note"])
    }

    @Test func aManifestWithoutSubjectIsNoReferrer() throws {
        let manifest = try store.resolve(StoreStress.publish(1, in: store))
        let error = #expect(throws: OCIError.self) {
            try store.attach([Descriptor(mediaType: manifest.mediaType, digest: manifest.digest, size: manifest.size)])
        }
        #expect(error?.code == .invalid)
    }

    @Test func garbageCollectionKeepsReferrersOfWhatIsKept() throws {
        let (one, two) = (try StoreStress.publish(1, in: store), try StoreStress.publish(2, in: store))
        let (kept, gone) = (try store.resolve(one), try store.resolve(two))
        let note = try attach("stays", to: kept)
        let noteOfNote = try attach("stays too", to: note)
        let orphan = try attach("goes", to: gone)
        let orphanOfOrphan = try attach("goes too", to: orphan)
        #expect(try store.collectGarbage().blobs.isEmpty)
        try store.untag(two)

        let plan = try Set(store.collectGarbage(dryRun: true).blobs)
        #expect(plan.isSuperset(of: [gone.digest, orphan.digest, orphanOfOrphan.digest]))
        #expect(plan.isDisjoint(with: [kept.digest, note.digest, noteOfNote.digest]))
        #expect(try store.hasBlob(orphan.digest))
        #expect(try Set(store.collectGarbage().blobs) == plan)
        #expect(try store.allReferrers(of: kept.digest).map(\.digest) == [note.digest, noteOfNote.digest])
        #expect(try store.referrers(of: gone.digest).isEmpty)
        #expect(try store.verify().problems.isEmpty)
    }

    @Test func aLeasedSubjectKeepsItsReferrers() throws {
        let name = try StoreStress.publish(1, in: store)
        let subject = try store.resolve(name)
        let note = try attach("note", to: subject)
        let lease = try store.lease()
        for content in try store.manifest(subject).contents + [subject] {
            _ = try lease.reuse(content.digest, size: content.size)
        }
        try store.untag(name)
        _ = try store.collectGarbage()
        #expect(try store.referrers(of: subject.digest).map(\.digest) == [note.digest])
        lease.end()
        _ = try store.collectGarbage()
        #expect(try store.referrers(of: subject.digest).isEmpty)
    }

    @Test func damageOfAReferrerIsFoundUnderTheTagOfItsSubject() throws {
        let name = try StoreStress.publish(1, in: store)
        let note = try attach("note", to: store.resolve(name))
        let layer = try store.manifest(note).layers[0].digest
        try Data("nope".utf8).write(to: URL(fileURLWithPath: store.blobPath(layer)))
        #expect(try store.verify(name).problems.map(\.digest) == [layer])
        #expect(try store.verify().problems.map(\.digest) == [layer])
    }

    @Test func concurrentAttachmentsAreAllListed() async throws {
        let subject = try store.resolve(StoreStress.publish(1, in: store))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<20 { group.addTask { try attach("note \(number)", to: subject) } }
            try await group.waitForAll()
        }
        #expect(try store.referrers(of: subject.digest).count == 20)
    }

    @Test func entriesThatCannotBeReadHideNoOthers() throws {
        let subject = try store.resolve(StoreStress.publish(1, in: store))
        let note = try attach("note", to: subject)
        let path = URL(fileURLWithPath: directory.path("store/index.json"))
        var index = try ImageIndex(parsing: [UInt8](Data(contentsOf: path)))
        let missing = try #require(Digest(.sha256, hex: String(repeating: "0", count: 64)))
        index.manifests.append(Descriptor(mediaType: MediaType.manifest, digest: missing, size: 3))
        index.manifests.append(
            Descriptor(
                mediaType: MediaType.manifest,
                digest: subject.digest,
                size: subject.size,
                annotations: ["dev.zoo.subject": "nonsense"]
            )
        )
        try Data(index.canonicalBytes).write(to: path)
        #expect(try store.referrers(of: subject.digest).map(\.digest) == [note.digest])
        // What the missing one refers to is not known: nothing is removed.
        #expect(throws: OCIError.self) { try store.collectGarbage() }
        #expect(try store.hasBlob(note.digest))
    }
}
