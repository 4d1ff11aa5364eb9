import Foundation
import TestSupport
import Testing

/// Every kind of feature, for the encoder and for a head alone, from the table to a model that another store pulled.
struct FeatureKindsTests {
    private static let schema = """
        source: {format: csv, missing: ["?"]}
        features:
          - {name: user, kind: categorical, dim: 8, min_count: 2}
          - {name: query, kind: categorical, hash_buckets: 64, dim: 4}
          - {name: age, kind: numeric, buckets: 4, dim: 4, missing_flag: true}
          - {name: price, kind: numeric, normalise: log}
          - {name: tags, kind: bag, dim: 4, pool: sum}
          - {name: past, kind: sequence, separator: " ", max_length: 3, dim: 4}
          - {name: title, kind: text, words: [1, 2], characters: [3, 4], hash_buckets: 256, dim: 4}
          - {name: seen, kind: timestamp, format: "%d/%m/%Y %H:%M", parts: [hour, weekday, day, month, quarter, daypart], dim: 2}
          - {name: city, kind: categorical, dim: 4, scope: click}
          - {name: note, kind: text, hash_buckets: 64, dim: 2, scope: click}
          - {name: days, kind: numeric, buckets: 3, scope: stars}
          - {name: labels, column: tags, kind: bag, dim: 2, scope: stars}
          - {name: at, column: seen, kind: timestamp, format: "%d/%m/%Y %H:%M", parts: [hour], dim: 2, scope: stars}
        tasks:
          - {name: click, kind: binary}
          - {name: stars, kind: regression}
          - {name: colour, kind: multiclass}

        """
    private static let header = "user,query,age,price,tags,past,title,seen,city,note,days,click,stars,colour\n"

    private static func row(_ row: Int) -> String {
        let tags = ["a|b", "b", "", "c|a|d"][row % 4]
        let seen = "\(1 + row % 28)/0\(1 + row % 9)/2024 \(row % 24):30"
        let age = row % 9 == 0 ? "?" : "\(18 + row * 7 % 50)"
        return "u\(row % 31),q\(row % 17),\(age),\(row % 13 * 4).5,\(tags),i\(row % 5) i\(row % 7),Red shoe \(row % 6),"
            + "\(seen),c\(row % 3),see \(row % 4),\(row % 30),\(row % 3 / 2),\(1 + row % 5),"
            + "\(["red", "green", "blue"][row % 3])\n"
    }

    @Test func everyKindGoesAllTheWay() throws {
        let shop = try ToyShop()
        defer { shop.remove() }
        try shop.write("schema.yaml", Self.schema)
        try shop.write("train.csv", Self.header + (0..<600).map(Self.row).joined())
        // What training never saw, and what is missing: neither fails.
        try shop.write(
            "test.csv",
            Self.header + (0..<40).map(Self.row).joined()
                + "stranger,new query,99,1e6,z|y,i99,Überraschung!,29/02/2024 23:59,nowhere,unheard of,400,1,3,red\n"
                + "?,,,,,,,,,,,0,2,blue\n,,?,,?,?,?,?,?,?,,,,\n"
        )
        let zoo = shop.zoo()
        let trained = try zoo("pretrain --schema schema.yaml --data train.csv --recipe recipe.yaml --publish kinds:1")
        #expect(trained.status == 0, "\(trained)")
        let scored = try zoo("predict kinds:1 --data test.csv --out scores.csv")
        #expect(scored.status == 0, "\(scored)")
        let lines = try shop.read("scores.csv").split(separator: "\n")
        #expect(lines.first == "click,colour.blue,colour.green,colour.red,stars")
        #expect(lines.count == 44)
        #expect(lines.dropFirst().allSatisfy { $0.split(separator: ",").count { Float($0)?.isFinite == true } == 5 })

        let evaluated = try zoo("evaluate kinds:1 --data test.csv --format json")
        #expect(evaluated.status == 0, "\(evaluated)")
        for feature in ["user", "query", "past", "title", "seen", "city", "note", "labels", "at"] {
            #expect(evaluated.output.contains("\"\(feature)\""), "\(evaluated)")
        }
        try #require(try zoo("export kinds:1 kinds.tar").status == 0)
        let other = shop.zoo(home: "other")
        let imported = try other("import kinds.tar")
        #expect(imported.status == 0, "\(imported)")
        #expect(try other("predict kinds:1 --data test.csv --out again.csv").status == 0)
        #expect(try shop.read("again.csv") == shop.read("scores.csv"))
    }

    /// `docs/reader.py` needs nothing of ours, so what `docs/weights.md` says is enough to score rows.
    @Test func theDocumentedReaderScoresAlike() throws {
        let shop = try ToyShop()
        defer { shop.remove() }
        try shop.write("schema.yaml", Self.schema)
        try shop.write("train.csv", Self.header + (0..<600).map(Self.row).joined())
        try shop.write(
            "test.csv",
            Self.header + (0..<40).map(Self.row).joined()
                + "stranger,new query,99,1e6,z|y,i99,Überraschung 東京!,29/02/2024 23:59,nowhere,unheard of,400,1,3,red\n"
                + "?,,,,,,,,,,,0,2,blue\n"
        )
        try shop.write(
            "norm.yaml",
            "encoder: {type: mmoe, experts: 3, layers: [8, 4], normalisation: batch, activation: gelu}\n"
                + "heads: {layers: [4], normalisation: batch, input: true}\nepochs: 2\n"
        )
        try shop.write("layer.yaml", "encoder: {type: shared-bottom, layers: [8], normalisation: layer}\nepochs: 2\n")
        try shop.write(
            "head.yaml",
            "heads: {layers: [4], activation: tanh, standardise: true, input: true}\nepochs: 2\n"
        )
        try shop.write(
            "green.yaml",
            "task: {name: green, column: colour, kind: binary, positive: green}\n"
                + "features:\n  - {name: town, column: city, kind: categorical, dim: 4}\n"
        )
        let zoo = shop.zoo()
        let train = "pretrain --schema schema.yaml --data train.csv"
        try zoo("\(train) --recipe norm.yaml --publish a:1 --out norm").check()
        try zoo("\(train) --recipe layer.yaml --out layer").check()
        let tune = "finetune a:1 --task green.yaml --data train.csv --recipe head.yaml"
        try zoo("\(tune) --mode partial --out partial").check()
        let reader = try String(
            contentsOf: URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
                .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("docs/reader.py"),
            encoding: .utf8
        )
        for model in ["norm", "layer", "partial"] {
            let path = shop.directory.path
            let read = try PythonPeer.run(reader, ["\(path)/\(model)", "\(path)/test.csv", "?"])
            let scored = try zoo("predict \(model) --data test.csv -q")
            let (found, expected) = (read.split(separator: "\n"), scored.output.split(separator: "\n"))
            #expect(found.first == expected.first && found.count == 43 && expected.count == 43)
            var largest = 0.0
            for (left, right) in zip(found, expected).dropFirst() {
                for (left, right) in zip(left.split(separator: ","), right.split(separator: ",")) {
                    largest = max(largest, abs(try #require(Double(left)) - #require(Double(right))))
                }
            }
            print("\(model) read by numpy: largest difference \(largest)")
            #expect(largest < 1e-4)
        }
    }

    @Test func unseenAndMissingSharesAreReported() throws {
        let shop = try ToyShop()
        defer { shop.remove() }
        let zoo = shop.zoo()
        let train = "pretrain --schema schema.yaml --data train.csv --recipe recipe.yaml --epochs 1 --publish a:1"
        try #require(try zoo(train).status == 0)
        let outcome = try zoo("evaluate a:1 --data test.csv --format json")
        let document = try #require(
            try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any],
            "\(outcome)"
        )
        let coverage = try #require(document["features"] as? [[String: Any]])
        func share(_ feature: String, _ key: String) -> Double? {
            coverage.first { $0["feature"] as? String == feature }?[key] as? Double
        }
        // Of 800 rows, every twentieth has a new user, every twenty-fifth no price.
        #expect(share("user", "unseen") == 0.05 && share("user", "missing") == 0)
        #expect(share("price", "missing") == 0.04)
    }
}
