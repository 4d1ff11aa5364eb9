import Foundation
import Safetensors
import TestSupport
import Testing

/// The whole road on one machine, by the built program: from a table to published heads, and back out again.
struct StoryTests {
    @Test func fromATableToAPublishedHead() throws {
        let shop = try ToyShop()
        defer { shop.remove() }
        let zoo = shop.zoo()

        let pretrained = try zoo(
            "pretrain --schema schema.yaml --data train.csv --valid valid.csv --recipe recipe.yaml --publish toy:1.0.0"
        )
        try #require(pretrained.status == 0, "\(pretrained)")
        #expect(pretrained.output.contains("published toy:1.0.0"))
        #expect(pretrained.errors.contains("epoch 3/3"))
        #expect(!pretrained.errors.contains("\u{1B}"), "no escape sequences where there is no terminal")

        let base = try StoreFiles(shop.directory.appendingPathComponent("home"), "toy:1.0.0")
        for mode in ["frozen", "partial", "full", "scratch"] {
            let tuned = try zoo(
                "finetune toy:1.0.0 --task again.yaml --data few.csv --mode \(mode) --epochs 6 --publish again:\(mode)"
            )
            try #require(tuned.status == 0, "\(mode): \(tuned)")
            let files = try StoreFiles(shop.directory.appendingPathComponent("home"), "again:\(mode)")
            if mode == "scratch" {
                #expect(files.weights.allSatisfy { !base.weights.contains($0) }, "\(mode) shares no weights")
            } else {
                #expect(files.weights.first == base.weights.first, "\(mode) shares the encoder's blob")
                #expect(files.baseDigest == base.digest, "\(mode) pins its base")
            }
        }
        try listing(zoo)
        try evaluation(zoo, shop)
        try predictions(zoo, shop)
        try exchange(zoo, shop)
        try cleaning(zoo, shop)
    }

    private func listing(_ zoo: ZooProcess) throws {
        let list = try zoo("list --format json")
        #expect(list.status == 0, "\(list)")
        for name in ["toy", "again"] {
            #expect(list.output.contains("\"\(name)\""))
        }
        let show = try zoo("show again:frozen")
        #expect(show.status == 0, "\(show)")
        #expect(show.output.contains("toy:1.0.0"), "the lineage names the base")
    }

    private func evaluation(_ zoo: ZooProcess, _ shop: ToyShop) throws {
        let outcome = try zoo("evaluate toy:1.0.0 --data test.csv --format json")
        try #require(outcome.status == 0, "\(outcome)")
        let document = try JSONDecoder().decode(EvaluationJSON.self, from: Data(outcome.output.utf8))
        #expect(document.rows == 800)
        let click = try #require(document.tasks.first { $0.task == "click" })
        #expect(click.rows == 720)
        #expect(click.missing == 80)
        let auc = try #require(click.metrics["auc"])
        let best = try #require(click.bestAUC)
        #expect(auc > 0.65, "the encoder learnt something")
        #expect(auc < best + 0.02, "and nothing that is not there to learn")
        #expect(document.tasks.contains { $0.task == "stars" && $0.metrics["rmse"] != nil })
        let user = try #require(document.features.first { $0.feature == "user" })
        #expect(abs(user.unseen - 0.05) < 0.02, "one row in twenty has a user of its own")
        let price = try #require(document.features.first { $0.feature == "price" })
        #expect(abs(price.missing - 0.04) < 1e-6)

        let table = try zoo("evaluate again:frozen --data test.csv")
        #expect(table.status == 0, "\(table)")
        #expect(table.output.contains("AGAIN") && table.output.contains("pr_auc"))
        let single = try zoo("evaluate toy:1.0.0 --data test.csv --task stars")
        #expect(single.output.contains("rmse") && !single.output.contains("CLICK"))
    }

    private func predictions(_ zoo: ZooProcess, _ shop: ToyShop) throws {
        let outcome = try zoo("predict toy:1.0.0 --data test.csv --out scores.csv")
        try #require(outcome.status == 0, "\(outcome)")
        let lines = try shop.read("scores.csv").split(separator: "\n").map(String.init)
        #expect(lines.count == 801)
        #expect(lines.first == "click,stars")
        let probabilities = lines.dropFirst().compactMap { $0.split(separator: ",").first.flatMap { Double($0) } }
        #expect(probabilities.count == 800)
        #expect(probabilities.allSatisfy { $0 > 0 && $0 < 1 })

        var rows = try shop.read("test.csv").split(separator: "\n").map(String.init)
        let header = rows.removeFirst()
        let reversed = ([header] + rows.reversed()).joined(separator: "\n") + "\n"
        let piped = try zoo.run(
            ["predict", "toy:1.0.0", "--data", "-", "--out", "-", "-q"],
            input: Data(reversed.utf8)
        )
        try #require(piped.status == 0, "\(piped)")
        #expect(piped.errors.isEmpty)
        let back = piped.output.split(separator: "\n").map(String.init)
        #expect(Array(back.dropFirst().reversed()) == Array(lines.dropFirst()), "a row's score is the row's own")
    }

    private func exchange(_ zoo: ZooProcess, _ shop: ToyShop) throws {
        let pulled = try zoo("pull toy:1.0.0 --into pulled")
        #expect(pulled.status == 0, "\(pulled)")
        let weights = shop.directory.appendingPathComponent("pulled/encoder/weights.safetensors").path
        #expect(FileManager.default.fileExists(atPath: weights))

        for module in ["encoder", "heads/click", "heads/stars"] {
            let file = shop.directory.appendingPathComponent("pulled/\(module)/weights.safetensors").path
            let script = "import sys; from safetensors.numpy import load_file; print(len(load_file(sys.argv[1])))"
            let count = try PythonPeer.run(script, [file]).split(separator: "\n").first.flatMap { Int($0) }
            #expect(try count == SafetensorsFile(path: file).tensors.count, "\(module): Python opens our weights")
        }

        let exported = try zoo("export again:frozen again.tar")
        try #require(exported.status == 0, "\(exported)")
        let elsewhere = shop.zoo(home: "elsewhere")
        let imported = try elsewhere("import again.tar")
        try #require(imported.status == 0, "\(imported)")
        let here = try StoreFiles(shop.directory.appendingPathComponent("home"), "again:frozen")
        let there = try StoreFiles(shop.directory.appendingPathComponent("elsewhere"), "again:frozen")
        #expect(here.digest == there.digest)
        let scored = try elsewhere("predict again:frozen --data test.csv --out elsewhere.csv")
        #expect(scored.status == 0, "\(scored)")

        let difference = try zoo("diff toy:1.0.0 again:full")
        #expect(difference.status == 0, "\(difference)")
        #expect(difference.output.contains("again"))
    }

    private func cleaning(_ zoo: ZooProcess, _ shop: ToyShop) throws {
        #expect(try zoo("verify").status == 0)
        let before = try StoreFiles.blobCount(shop.directory.appendingPathComponent("home"))
        #expect(try zoo("rm again:scratch").status == 0)
        #expect(try zoo("gc").status == 0)
        #expect(try StoreFiles.blobCount(shop.directory.appendingPathComponent("home")) < before)
        #expect(try zoo("verify").status == 0)
        #expect(try zoo("evaluate again:frozen --data test.csv -q").status == 0)
        let leftovers = try FileManager.default.contentsOfDirectory(
            atPath: shop.directory.appendingPathComponent("home/tmp").path
        )
        #expect(leftovers.isEmpty, "commands clean up after themselves")
    }
}

/// What `zoo evaluate --format json` promises.
private struct EvaluationJSON: Decodable {
    struct Task: Decodable {
        let task: String
        let kind: String
        let rows: Int
        let missing: Int
        let metrics: [String: Double]
        let undefined: [String: String]
        let bestAUC: Double?
    }

    struct Feature: Decodable {
        let feature: String
        let missing: Double
        let unseen: Double
    }

    let rows: Int
    let tasks: [Task]
    let features: [Feature]
}
