import Foundation
import OCI
import StoreStress
import TestSupport
import Testing

/// Processes that are killed, and processes that write at once.
@Suite(.serialized) struct CrashTests {
    let directory = TemporaryDirectory()

    /// Kills a publishing process at `rounds` random points, sometimes beside a garbage collection that is killed too.
    @Test(arguments: [("store-stress", 250), ("store-stress-unlocked", 100)])
    func killedPublishersLeaveEveryTagValid(program: String, rounds: Int) throws {
        let path = directory.path("store")
        let store = try LayoutStore.open(at: path, create: true)
        var random = SystemRandomNumberGenerator()
        var acknowledged: Set<String> = []
        var killedMidway = 0
        for round in 0..<rounds {
            let worker = try Worker(program, ["publish", path, String(round * 100), "40"])
            let collector = round % 5 == 4 ? try Worker(program, ["gc", path, "50"]) : nil
            usleep(UInt32.random(in: 0...45_000, using: &random))
            worker.kill()
            collector?.kill()
            let tags = try worker.finish(expectSuccess: false)
            _ = try collector?.finish(expectSuccess: false)
            killedMidway += tags.count < 40 ? 1 : 0
            acknowledged.formUnion(tags)

            let report = try store.verify()
            #expect(report.problems.isEmpty, "round \(round): \(report.problems)")
            let present = Set(try store.tags().map(\.name))
            #expect(acknowledged.subtracting(present).isEmpty, "round \(round)")
            // Old tags go, so that the check of all content stays quick.
            if round % 25 == 24 {
                for name in present { try store.untag(name) }
                acknowledged.removeAll()
            }
        }
        #expect(killedMidway > rounds / 2)
        // All that dead processes left goes, and what remains is what the tags need.
        _ = try StoreStress.publish(1, in: store)
        _ = try store.collectGarbage()
        let blobs = try FileManager.default.contentsOfDirectory(atPath: path + "/blobs/sha256")
        let needed = try store.tags().reduce(into: Set<String>()) { names, tag in
            names.insert(tag.descriptor.digest.hex)
            names.formUnion(try store.manifest(tag.descriptor).contents.map(\.digest.hex))
        }
        #expect(Set(blobs) == needed)
        for name in ["tmp", "leases"] {
            #expect(try FileManager.default.contentsOfDirectory(atPath: path + "/.zoo/" + name).isEmpty)
        }
    }

    @Test(arguments: ["store-stress", "store-stress-unlocked"])
    func aHundredConcurrentPublishersLoseNoTag(program: String) throws {
        let path = directory.path("store")
        let workers = try (0..<100).map { try Worker(program, ["publish", path, String($0 * 10), "2"]) }
        let collectors = try (0..<2).map { _ in try Worker(program, ["gc", path, "20"]) }
        var expected: Set<String> = []
        for worker in workers { expected.formUnion(try worker.finish()) }
        for collector in collectors { _ = try collector.finish() }
        #expect(expected.count == 200)
        let store = try LayoutStore.open(at: path)
        #expect(Set(try store.tags().map(\.name)) == expected)
        #expect(try store.verify().problems.isEmpty)
        #expect(Set(try store.history().map(\.name)) == expected)
        // Without locks, two writers may both find a line missing.
        if program == "store-stress" { #expect(try store.history().count == 200) }
    }
}
