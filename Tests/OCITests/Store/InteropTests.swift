import Foundation
import OCI
import StoreStress
import TestSupport
import Testing

/// The store beside skopeo and umoci.
@Suite struct InteropTests {
    let directory = TemporaryDirectory()

    @Test func skopeoCopiesBothWaysAndKeepsTheDigest() throws {
        let ours = directory.path("ours")
        let theirs = directory.path("theirs")
        let store = try LayoutStore.open(at: ours, create: true)
        let name = try StoreStress.publish(3, in: store)
        let descriptor = try store.resolve(name)
        try Program.run("skopeo", ["copy", "--preserve-digests", "oci:\(ours):\(name)", "oci:\(theirs):copied:1"])

        let copy = try LayoutStore.open(at: theirs)
        #expect(try copy.resolve("copied:1").digest == descriptor.digest)
        #expect(try copy.verify().problems.isEmpty)

        try Program.run("skopeo", ["copy", "--preserve-digests", "oci:\(theirs):copied:1", "oci:\(ours):back:1"])
        #expect(try store.resolve("back:1").digest == descriptor.digest)
        #expect(try Set(store.tags().map(\.name)) == [name, "back:1"])
        let next = try StoreStress.publish(4, in: store)
        #expect(try Set(store.tags().map(\.name)) == [name, "back:1", next])
        #expect(try Set(store.history().map(\.name)) == [name, "back:1", next])
        #expect(try store.verify().problems.isEmpty)
    }

    @Test func umociListsOurTags() throws {
        let ours = directory.path("ours")
        let store = try LayoutStore.open(at: ours, create: true)
        let names = try (1...3).map { try StoreStress.publish($0, in: store) }
        let listed = try Program.run("umoci", ["ls", "--layout", ours]).split(separator: "\n").map(String.init)
        #expect(Set(listed) == Set(names))
    }

    @Test func umocisEmptyLayoutIsTaken() throws {
        let theirs = directory.path("theirs")
        try Program.run("umoci", ["init", "--layout", theirs])
        let store = try LayoutStore.open(at: theirs)
        #expect(try store.tags().isEmpty)
        let name = try StoreStress.publish(1, in: store)
        #expect(try Program.run("umoci", ["ls", "--layout", theirs]).contains(name))
    }

    @Test func unknownFilesAreLeftAlone() throws {
        let store = try LayoutStore.open(at: directory.path("ours"), create: true)
        _ = try StoreStress.publish(1, in: store)
        for name in ["README", "blobs/note", "blobs/sha256/not-a-digest"] {
            try Data("x".utf8).write(to: URL(fileURLWithPath: "\(store.path)/\(name)"))
        }
        _ = try store.collectGarbage()
        for name in ["README", "blobs/note", "blobs/sha256/not-a-digest"] {
            #expect(FileManager.default.fileExists(atPath: "\(store.path)/\(name)"))
        }
        #expect(try store.verify().problems.isEmpty)
    }
}
