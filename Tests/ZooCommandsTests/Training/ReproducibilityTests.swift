import Foundation
import Testing

/// Same seed, same digest: whatever the threads, and whether or not the run was interrupted.
struct ReproducibilityTests {
    private static let pretrain =
        "pretrain --schema schema.yaml --data train.csv --valid valid.csv --recipe recipe.yaml --publish toy:1 -q"

    @Test func threadsDoNotChangeTheDigest() throws {
        let shop = try ToyShop()
        defer { shop.remove() }
        var digests: Set<String> = []
        for threads in [1, 2, 4] {
            let zoo = shop.zoo(home: "home\(threads)")
            let pretrained = try zoo(Self.pretrain + " --threads \(threads)")
            try #require(pretrained.status == 0, "\(pretrained)")
            let tuned = try zoo(
                "finetune toy:1 --task again.yaml --data few.csv --mode full --epochs 2 --seed 3 --publish again:1 -q"
                    + " --threads \(threads)"
            )
            try #require(tuned.status == 0, "\(tuned)")
            digests.insert(pretrained.output + tuned.output)
        }
        #expect(digests.count == 1)
        #expect(digests.first?.hasPrefix("sha256:") == true)
    }

    @Test func anotherSeedGivesAnotherDigest() throws {
        let shop = try ToyShop()
        defer { shop.remove() }
        let outcomes = try [1, 2].map { try shop.zoo(home: "home\($0)")(Self.pretrain + " --seed \($0)") }
        #expect(outcomes.allSatisfy { $0.status == 0 }, "\(outcomes)")
        #expect(outcomes[0].output != outcomes[1].output)
    }

    @Test(arguments: [SIGINT, SIGTERM, SIGKILL])
    func anInterruptedRunGoesOnToTheSameDigest(_ signal: Int32) throws {
        let shop = try ToyShop()
        defer { shop.remove() }
        let command = Self.pretrain.replacingOccurrences(of: " -q", with: " -v") + " --epochs 400"
        let whole = try shop.zoo(home: "whole")(command)
        try #require(whole.status == 0, "\(whole)")

        let zoo = shop.zoo()
        let running = try zoo.start(command.split(separator: " ").map(String.init))
        let deadline = Date(timeIntervalSinceNow: 60)
        while !running.errors.contains("epoch   2/400"), running.process.isRunning, Date() < deadline {
            usleep(500)
        }
        kill(running.process.processIdentifier, signal)
        let interrupted = try running.finish()
        if signal == SIGKILL {
            try #require(interrupted.status == -SIGKILL, "\(interrupted)")
        } else {
            try #require(interrupted.status == 130, "\(interrupted)")
            #expect(interrupted.errors.contains("--resume"), "it says how to go on")
        }
        #expect(interrupted.output.isEmpty)

        let resumed = try zoo(command + " --resume")
        try #require(resumed.status == 0, "\(resumed)")
        #expect(!resumed.errors.contains("epoch   1/400"), "it does not start over")
        let home = shop.directory
        #expect(
            try StoreFiles(home.appendingPathComponent("home"), "toy:1").digest
                == StoreFiles(home.appendingPathComponent("whole"), "toy:1").digest
        )
    }
}
