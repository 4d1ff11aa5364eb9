import Foundation
import Testing

/// `zoo search` of a registry that searches by itself.
struct SearchCommandTests {
    @Test func aServerOfOursAnswersItself() throws {
        let shop = try ToyShop()
        defer { shop.remove() }
        let zoo = shop.zoo()
        let trained = try zoo(
            "pretrain --schema schema.yaml --data train.csv --valid valid.csv --recipe recipe.yaml --publish team/toy:1.0.0 -q"
        )
        try #require(trained.status == 0, "\(trained)")
        #expect(try zoo("tag team/toy:1.0.0 other/toy:2.0.0").status == 0)
        let server = try zoo.start(["serve", "--listen", "127.0.0.1:0"])
        defer {
            server.process.terminate()
            _ = try? server.finish()
        }
        server.waitForLine()
        let host = try #require(server.output.dropLast().split(separator: "/").last.map(String.init))

        #expect(
            try zoo("search star --remote \(host) -q").output.split(separator: "\n").sorted() == [
                "\(host)/other/toy:2.0.0", "\(host)/team/toy:1.0.0",
            ]
        )
        #expect(try zoo("search toy stars --remote \(host)/team -q").output == "\(host)/team/toy:1.0.0\n")
        #expect(try zoo("search toy --kind head --remote \(host) -q").output.isEmpty)
        let row = try zoo("search toy --remote \(host)/team --format json")
        let local = try zoo("list team --format json")
        let rows = try [row, local].map { run in
            try #require(JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [[String: Any]]).first
        }
        for key in ["digest", "size", "tag", "kind", "encoder"] {
            #expect("\(rows[0]?[key] ?? "none")" == "\(rows[1]?[key] ?? "absent")", "\(key)")
        }
        #expect(rows[0]?["tasks"] as? [String] == rows[1]?["tasks"] as? [String])
        #expect(!server.errors.contains("_catalog"), "the catalogue was read")
        #expect(server.errors.contains("/search"))
        // As people paste it.
        #expect(try zoo("list --remote http://\(host)/team -q").output == "\(host)/team/toy:1.0.0\n")
    }
}
