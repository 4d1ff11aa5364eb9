import Foundation
import ModelSamples
import Testing
import ZooRegistry

/// The real `zoo publish`, killed and crowded.
@Suite(.serialized) struct PublishStressTests {
    let store = ToyStore()

    /// Kills `zoo publish` at random points, sometimes beside a `zoo gc` that is killed too.
    @Test func killedPublishersLeaveEveryTagValid() throws {
        let rounds = 150
        let zoo = store.zoo()
        for round in 0..<rounds {
            try store.models.makeModel("model\(round)", encoder: Float(round), head: Float(-round))
        }
        let started = Date()
        try zoo("publish model0 warm:up").check()
        let duration = Date().timeIntervalSince(started)
        let registry = try ModelRegistry(home: store.models.root + "/home", bundledPath: nil)
        var done: Set<String> = ["warm:up"]
        for round in 0..<rounds {
            let publisher = try zoo.start(["publish", "model\(round)", "stress:\(round)"])
            let collector = round % 5 == 4 ? try zoo.start(["gc"]) : nil
            usleep(UInt32.random(in: 0...UInt32(duration * 1.2e6)))
            kill(publisher.process.processIdentifier, SIGKILL)
            if let collector { kill(collector.process.processIdentifier, SIGKILL) }
            _ = try collector?.finish()
            let outcome = try publisher.finish()
            #expect([0, -SIGKILL].contains(outcome.status), "\(outcome)")
            if outcome.status == 0 { done.insert("stress:\(round)") }
            let report = try registry.verify()
            #expect(report.problems.isEmpty, "round \(round): \(report.problems)")
            let present = Set(try registry.entries().compactMap(\.reference))
            #expect(done.isSubset(of: present), "round \(round)")
        }
        let killed = rounds + 1 - done.count
        #expect(killed > rounds / 5, "too few of the publishers were killed midway: \(killed)")
        try zoo("gc").check()
        #expect(try zoo("verify").status == 0)
    }

    @Test func aHundredAtOnceLoseNoTag() throws {
        let zoo = store.zoo()
        for number in 0..<100 { try store.models.makeModel("model\(number)", head: Float(number)) }
        let publishers = try (0..<100).map { number in
            (
                publisher: try zoo.start(["publish", "model\(number)", "model\(number % 10):\(number)"]),
                collector: number % 20 == 19 ? try zoo.start(["gc"]) : nil
            )
        }
        for (publisher, collector) in publishers {
            let outcome = try publisher.finish()
            #expect(outcome.status == 0, "\(outcome)")
            if let outcome = try collector?.finish() { #expect(outcome.status == 0, "\(outcome)") }
        }
        let listed = try zoo("list -q").output.split(separator: "\n").map(String.init)
        #expect(Set(listed) == Set((0..<100).map { "model\($0 % 10):\($0)" }))
        #expect(try zoo("verify").status == 0)
    }

    @Test func garbageIsOnlyWhatNothingRefersTo() throws {
        try store.publishPair()
        let zoo = store.zoo()
        #expect(try zoo("gc").output.hasPrefix("removed 0 blobs"))
        try zoo("rm again:1").check()
        let home = URL(fileURLWithPath: store.models.root + "/home")
        let before = try StoreFiles.blobCount(home)
        let plan = try zoo("gc --dry-run")
        #expect(try StoreFiles.blobCount(home) == before)
        let named = plan.output.split(separator: "\n").filter { $0.hasPrefix("sha256:") }
        let collected = try zoo("gc")
        #expect(collected.output.hasPrefix("removed \(named.count) blobs"), "\(collected)")
        #expect(try StoreFiles.blobCount(home) == before - named.count)
        for digest in named { #expect(!FileManager.default.fileExists(atPath: store.blob(String(digest)))) }
        #expect(try zoo("verify").status == 0)
        try zoo("pull shop:1 --into out").check()
    }

    @Test func whatKilledCommandsLeftGoes() throws {
        try store.publishPair()
        try store.models.write("half", to: "home/tmp/run-1-dead/blobs/half")
        #expect(try store.zoo()("gc --dry-run").output.contains("1 leftover"))
        try store.zoo()("gc").check()
        #expect(try FileManager.default.contentsOfDirectory(atPath: store.models.root + "/home/tmp").isEmpty)
    }
}
