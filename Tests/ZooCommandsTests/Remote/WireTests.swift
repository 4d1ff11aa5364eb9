import Foundation
import ModelSamples
import Testing
import ZooRegistry

/// What goes over the wire, as the server's access log counts it.
@Suite struct WireTests {
    let store = ToyStore()
    let served: ServedZoo
    let zoo: ZooProcess
    /// Bytes of the encoder's weights.
    static let weights = 4_000_000

    init() throws {
        served = try ServedZoo(directory: "\(store.models.root)/served")
        zoo = store.zoo(home: "home", settings: "\(store.models.root)/config")
        try store.models.makeLargeModel("big", count: Self.weights / 4)
        try zoo("publish big big:1").check()
        let digest = try StoreFiles(URL(fileURLWithPath: "\(store.models.root)/home"), "big:1").digest
        for (name, fill) in [("tune", Float(3)), ("tune2", 4)] {
            let directory = try store.models.makeModel(
                name,
                base: .init(reference: "big:1", digest: digest),
                head: fill
            )
            let encoder = "\(directory)/encoder"
            try FileManager.default.removeItem(atPath: encoder)
            try FileManager.default.copyItem(atPath: "\(store.models.root)/big/encoder", toPath: encoder)
            try ModelDirectory.write(ModelDirectory(directory).document(), into: directory)
            try zoo("publish \(name) \(name):1").check()
        }
    }

    /// Bytes that a command sends and receives in bodies.
    private func traffic(_ line: String, _ zoo: ZooProcess? = nil) throws -> (up: Int, down: Int) {
        let before = served.requests.count
        try (zoo ?? self.zoo)(line.replacing("HOST", with: served.host)).check()
        let requests = served.requests.dropFirst(before)
        #expect(!requests.isEmpty, "\(line) asked for nothing")
        return (requests.reduce(0) { $0 + $1.received }, requests.reduce(0) { $0 + $1.sent })
    }

    @Test func onlyWhatIsAskedForIsMoved() throws {
        #expect(try traffic("push big:1 HOST/team/").up > Self.weights)
        for name in ["tune", "tune2"] {
            let push = try traffic("push \(name):1 HOST/team/")
            #expect(push.up < Self.weights / 50, "a fine-tune sends its head: \(push)")
        }
        for line in [
            "push big:1 HOST/team/", "show HOST/team/tune:1", "show HOST/team/tune:1 --tensors",
            "diff HOST/team/tune:1 HOST/team/tune2:1", "list --remote HOST", "search click --remote HOST",
        ] {
            let moved = try traffic(line)
            #expect(moved.up + moved.down < Self.weights / 20, "\(line): \(moved)")
        }
        let other = store.zoo(home: "other", settings: "\(store.models.root)/config")
        let description = try traffic("pull HOST/team/tune:1 --config-only --into described", other)
        #expect(description.down < Self.weights / 50, "\(description)")
        #expect(try traffic("pull HOST/team/tune:1 --no-heads --into bare", other).down > Self.weights)
        // The encoder is there now; what is missing is the head.
        #expect(try traffic("pull HOST/team/tune:1 --head click --into whole", other).down < Self.weights / 50)
        #expect(try traffic("pull HOST/team/tune:1", other).down < Self.weights / 50)
        #expect(try traffic("pull HOST/team/tune:1", other).down < Self.weights / 50)
    }

    @Test func offlineAsksNothing() throws {
        let host = served.host
        let config = "registry: \(host)/team\nmirrors: {mirrored.example.com: [\(host)]}\n"
        try store.models.write(config, to: "home/config.yaml")
        for line in [
            "pull \(host)/team/big:1", "pull mirrored.example.com/big:1", "pull absent:1", "show \(host)/team/big:1",
            "show absent:1", "push big:1", "diff big:1 \(host)/team/big:1", "list --remote \(host)", "list --remote",
            "search big", "search big --remote \(host)", "finetune \(host)/team/big:1 --task t.yaml --data d.csv",
        ] {
            let outcome = try zoo("\(line) --offline")
            #expect(outcome.status >= 0 && outcome.errors.split(separator: "\n").count <= 1, "\(line): \(outcome)")
        }
        var quiet = zoo
        quiet.environment["ZOO_OFFLINE"] = "1"
        #expect(try quiet("show \(host)/team/big:1").status == 66)
        #expect(served.requests.isEmpty)
        #expect(try zoo("search big").status == 0)
        #expect(!served.requests.isEmpty, "without --offline it asks")
    }
}
