import Foundation
import ModelSamples
import RegistryPeer
import Testing

/// `zoo verify` says which content of which model is damaged, and what is damaged can be healed.
struct DamageTests {
    let store = ToyStore()

    private func layer(_ title: String) throws -> String {
        let shown = try store.zoo()("show again:1 --format json")
        try shown.check()
        let document = try JSONDecoder().decode(Shown.self, from: Data(shown.output.utf8))
        return try #require(document.layers.first { $0.title == title }?.digest)
    }

    private struct Shown: Decodable {
        struct Layer: Decodable {
            let title: String
            let digest: String
        }

        let digest: String
        let layers: [Layer]
    }

    private struct Verified: Decodable {
        struct Problem: Decodable {
            let digest: String
            let title: String?
            let tags: [String]
        }

        let ok: Bool
        let problems: [Problem]
    }

    private func flip(_ digest: String) throws {
        let url = URL(fileURLWithPath: store.blob(digest))
        var bytes = try Data(contentsOf: url)
        bytes[bytes.count / 2] ^= 1
        try bytes.write(to: url)
    }

    @Test(arguments: [
        ("encoder weights", "encoder-weights.tar", ["again:1", "shop:1"]),
        ("heads/again weights", "heads-again-weights.tar", ["again:1"]),
        ("encoder configuration", "encoder-config.tar.zst", ["again:1", "shop:1"]),
        ("document", "zoo.json", ["again:1"]), ("card", "card.md", ["again:1"]),
    ])
    func damageIsNamedAndHealed(layer name: String, title: String, tags: [String]) throws {
        try store.publishPair()
        let digest = try layer(name)
        try flip(digest)
        let zoo = store.zoo()

        let whole = try zoo("verify")
        #expect(whole.status == 65, "\(whole)")
        #expect(whole.output.contains("\(title) of \(tags.joined(separator: ", ")) (\(digest))"), "\(whole)")
        #expect(whole.isOneLineError, "\(whole)")
        let json = try zoo("verify --format json")
        let report = try JSONDecoder().decode(Verified.self, from: Data(json.output.utf8))
        #expect(!report.ok)
        #expect(report.problems.map(\.digest) == [digest], "\(json)")
        #expect(report.problems.map(\.title) == [title])
        #expect(report.problems.map(\.tags) == [tags])

        let single = try zoo("verify again:1")
        #expect(single.status == 65, "\(single)")
        #expect(single.output.contains("\(title) of again:1 (\(digest))"), "\(single)")
        let pulled = try zoo("pull again:1 --into out")
        #expect(pulled.status == 65, "\(pulled)")
        #expect(pulled.isOneLineError, "\(pulled)")
        #expect(!FileManager.default.fileExists(atPath: store.models.root + "/out"))

        if name != "document" { try zoo("publish shop shop:1").check() }
        try zoo("publish again again:1").check()
        #expect(try zoo("verify").status == 0)
        try zoo("pull again:1 --into out").check()
    }

    /// What `zoo verify` has found in a server's store, the next `zoo push` sends again, and no more.
    @Test func damageAtAServerIsHealedByAPush() throws {
        try store.publishPair()
        let root = "\(store.models.root)/served"
        let server = try ZooServer(root: root)
        let zoo = store.zoo()
        try zoo("push again:1 \(server.host)").check()
        let url = URL(fileURLWithPath: "\(root)/blobs/\(try layer("heads/again weights").replacing(":", with: "/"))")
        var bytes = try Data(contentsOf: url)
        bytes[bytes.count / 2] ^= 1
        try bytes.write(to: url)
        #expect(try zoo("verify --home \(root)").status == 65)
        let push = try zoo("push again:1 \(server.host)")
        #expect(push.status == 0, "\(push)")
        #expect(push.errors.contains(/heads\/again weights .* sent/), "\(push)")
        #expect(push.errors.contains(/encoder weights .* was there/), "\(push)")
        #expect(try zoo("verify --home \(root)").status == 0)
        #expect(try zoo("push again:1 \(server.host)").output.contains("is there already"))
    }

    /// What tells of the damage also makes the next pull fetch what is damaged, and no more.
    @Test(arguments: ["verify", "pull again:1 --into out"])
    func damageIsHealedByAPull(found line: String) throws {
        try store.publishPair()
        let registry = try DockerRegistry(directory: "\(store.models.root)/docker")
        let zoo = store.zoo()
        try zoo("push again:1 \(registry.host)").check()
        try flip(layer("heads/again weights"))
        #expect(try zoo(line).status == 65)
        let pulled = try zoo.json("pull \(registry.host)/again:1")
        let fetched = try #require(pulled["fetched"] as? Int)
        #expect(fetched > 0 && fetched < 10_000, "\(pulled)")
        #expect(try zoo("verify").status == 0)
        #expect(try zoo.json("pull \(registry.host)/again:1")["fetched"] as? Int == 0)
        #expect(try FileManager.default.contentsOfDirectory(atPath: "\(store.models.root)/home/.zoo/damaged").isEmpty)
    }

    @Test func missingContentAndStrayContentAreNamed() throws {
        try store.publishPair()
        let weights = try layer("heads/again weights")
        try FileManager.default.removeItem(atPath: store.blob(weights))
        let stray = "sha256:" + String(repeating: "a", count: 64)
        try store.models.write("stray", to: "home/blobs/sha256/" + String(repeating: "a", count: 64))
        let outcome = try store.zoo()("verify")
        #expect(outcome.status == 65, "\(outcome)")
        #expect(outcome.output.contains("heads-again-weights.tar of again:1 (\(weights)): missing"), "\(outcome)")
        #expect(outcome.output.contains("\(stray), which no tag needs"), "\(outcome)")
    }

    @Test func aMissingBaseIsNoDamage() throws {
        try store.publishPair()
        try store.zoo()("export again:1 again.tar").check()
        let elsewhere = store.zoo(home: "elsewhere")
        try elsewhere("import again.tar").check()
        let outcome = try elsewhere("verify")
        #expect(outcome.status == 0, "\(outcome)")
        #expect(outcome.errors.contains("shop:1@sha256:"), "\(outcome)")
        let shown = try elsewhere("show again:1")
        #expect(shown.output.contains("(missing)"), "\(shown)")
    }
}
