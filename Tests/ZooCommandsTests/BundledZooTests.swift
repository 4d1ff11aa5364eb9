import Foundation
import Testing

/// The models of `zoo/` against the scores and metrics that `make zoo` left beside their recipes.
@Suite struct BundledZooTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    private static let zoo = root.appendingPathComponent("zoo")
    static let models = ["census-mmoe", "movielens-mmoe", "shop-mmoe"]

    /// Other instruction sets round differently: this much is none of a model's business.
    private static let tolerance = 2e-4

    private struct Golden: Decodable {
        struct Task: Decodable {
            let task: String
            let metrics: [String: Double]
        }

        let digest: String
        let tasks: [Task]
    }

    private func golden(_ model: String) throws -> Golden {
        let data = try Data(contentsOf: Self.zoo.appendingPathComponent("\(model)/golden.json"))
        return try JSONDecoder().decode(Golden.self, from: data)
    }

    private func process(_ directory: URL) -> ZooProcess {
        ZooProcess(directory: directory, environment: ["ZOO_BUNDLED": Self.zoo.appendingPathComponent("layout").path])
    }

    private func withScratch(_ body: (URL, ZooProcess) throws -> Void) throws {
        let scratch = FileManager.default.temporaryDirectory.appendingPathComponent("zoo-bundled-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: scratch) }
        try body(scratch, process(scratch))
    }

    @Test(arguments: models)
    func saysOfItsRowsWhatItSaidWhenItWasMade(_ model: String) throws {
        try withScratch { _, zoo in
            let pulled = try zoo.run(["pull", model])
            try #require(pulled.status == 0, "\(pulled)")
            #expect(pulled.description.contains(try golden(model).digest), "\(pulled)")
            #expect(try zoo.run(["verify"]).status == 0)
            let place = Self.zoo.appendingPathComponent(model)
            let scored = try zoo.run(["predict", model, "--data", place.appendingPathComponent("rows.csv").path, "-q"])
            try #require(scored.status == 0, "\(scored)")
            let expected = try String(contentsOf: place.appendingPathComponent("scores.csv"), encoding: .utf8)
            let (found, wanted) = (cells(scored.output), cells(expected))
            #expect(found.first == wanted.first && found.count == wanted.count && wanted.count > 1)
            var largest = 0.0
            for (row, expected) in zip(found, wanted).dropFirst() {
                #expect(row.count == expected.count)
                for (left, right) in zip(row, expected) {
                    largest = max(largest, abs(try #require(Double(left)) - #require(Double(right))))
                }
            }
            print("\(model): largest difference \(largest)")
            #expect(largest < Self.tolerance)
        }
    }

    @Test func theShopsMetricsAreThoseOfItsSimulatedRows() throws {
        try withScratch { directory, zoo in
            let simulated = try zoo("data simulate --out shop --users 2000 --items 1000 --events 200000 --seed 1 -q")
            try #require(simulated.status == 0, "\(simulated)")
            let evaluated = try zoo("evaluate shop-mmoe --data shop/test.csv --format json")
            try #require(evaluated.status == 0, "\(evaluated)")
            let found = try JSONDecoder().decode(Golden.self, from: Data(evaluated.output.utf8))
            let expected = try golden("shop-mmoe")
            #expect(found.digest == expected.digest)
            #expect(found.tasks.map(\.task) == expected.tasks.map(\.task) && !found.tasks.isEmpty)
            for (task, golden) in zip(found.tasks, expected.tasks) {
                #expect(Set(task.metrics.keys) == Set(golden.metrics.keys))
                for (name, value) in golden.metrics {
                    let gap = abs((task.metrics[name] ?? .infinity) - value)
                    #expect(gap < 1e-3, "\(task.task) \(name)")
                }
            }
        }
    }

    @Test func allOfItStaysSmall() throws {
        let files = try #require(
            FileManager.default.enumerator(at: Self.zoo, includingPropertiesForKeys: [.fileSizeKey])
        )
        var bytes = 0
        for case let file as URL in files {
            bytes += try file.resourceValues(forKeys: [.fileSizeKey]).fileSize ?? 0
        }
        #expect(bytes > 0 && bytes < 15_000_000)
    }

    private func cells(_ text: String) -> [[String]] {
        text.split(separator: "\n").map { $0.split(separator: ",").map(String.init) }
    }
}
