import Foundation
import TestSupport
import Testing
import ZooModel

@Suite struct FittedFeaturesFilesTests {
    private let temporary = TemporaryDirectory()
    private var directory: String { temporary.root }

    static func sample() throws -> FittedFeatures {
        FittedFeatures([
            try FittedFeature(
                FeatureDefinition(name: "user", column: "user id", kind: .categorical(.init(dimension: .fixed(16)))),
                .vocabulary(Vocabulary(["u1", "ü", "", "a\"b\n\u{2028}"]))
            ),
            try FittedFeature(
                FeatureDefinition(
                    name: "age",
                    kind: .numeric(.init(normalisation: .log, buckets: 4, hasMissingFlag: true))
                ),
                .numeric(NumericStatistics(mean: 0.1, deviation: 1.0 / 3, edges: [-0.1, 0, 1e-7, 3e38]))
            ),
            try FittedFeature(
                FeatureDefinition(name: "tags", scope: .task("t"), kind: .bag(.init(separator: ";"))),
                .vocabulary(Vocabulary(["x"]))
            ),
            try FittedFeature(FeatureDefinition(name: "title", kind: .text(.init(characters: 3...4))), .stateless),
            try FittedFeature(FeatureDefinition(name: "at", kind: .timestamp(.init(format: .unixSeconds))), .stateless),
            try FittedFeature(
                FeatureDefinition(name: "item", kind: .categorical(.init(rows: .hashed(buckets: 50)))),
                .stateless
            ),
        ])
    }

    @Test func layOutARow() throws {
        let features = try Self.sample()
        let layout = features.layout
        #expect(layout.slots.map(\.name) == ["user", "age", "at.hour", "at.weekday", "at.month", "item"])
        #expect(layout.slots.map(\.rows) == [6, 7, 26, 9, 14, 52])
        #expect(layout.bags.map(\.name) == ["tags", "title"])
        #expect(layout.dense == ["age", "age.missing"])
        #expect(layout.width == 16 + 8 + 4 * 3 + 8 + 4 + 16 + 2)
        #expect(features.placements[1].dense == 0..<2)
        #expect(features.placements[4].slots == 2..<5)
    }

    @Test func readWhatTheyWrote() throws {
        let features = try Self.sample()
        try features.write(to: directory)
        #expect(try FittedFeatures.read(from: directory) == features)
        let first = try Self.contents(directory)
        try FittedFeatures.read(from: directory).write(to: directory)
        #expect(try Self.contents(directory) == first)
    }

    @Test(arguments: [
        ("\"version\":1", "\"version\":2", "use a newer one"),
        ("\"values\":4", "\"values\":5", "tensor 'user.offsets' has 4 values"),
        ("\"name\":\"tags\"", "\"name\":\"tugs\"", "tugs.bytes"),
        ("-0.10000000149011612,0,", "0,-0.10000000149011612,", "have to rise"),
        ("\"mean\":0.1,", "", "needs 'mean'"),
        ("\"fitted\":{\"values\":1}", "\"fited\":{\"values\":1}", "unknown key 'fited'"),
        (",\"fitted\":{\"values\":1}", "", "needs 'fitted'"),
        ("\"name\":\"item\"", "\"name\":\"title\"", "two features are named 'title'"),
    ])
    func refuseDamagedDocuments(old: String, new: String, message: String) throws {
        try Self.sample().write(to: directory)
        let path = "\(directory)/features.json"
        let text = try String(contentsOfFile: path, encoding: .utf8)
        try #require(text.contains(old), "\(text)")
        try text.replacingOccurrences(of: old, with: new).write(toFile: path, atomically: true, encoding: .utf8)
        do {
            _ = try FittedFeatures.read(from: directory)
            Issue.record("accepted")
        } catch {
            #expect("\(error)".contains(message), "\(error)")
        }
    }

    @Test func refuseAStrayVocabulary() throws {
        let features = try Self.sample()
        try features.write(to: directory)
        let stray = "\(directory)/vocabularies.safetensors"
        let kept = try Foundation.Data(contentsOf: URL(fileURLWithPath: stray))
        try FittedFeatures(Array(features.features.dropFirst())).write(to: directory)
        try kept.write(to: URL(fileURLWithPath: stray))
        let error = #expect(throws: ZooModelError.self) { try FittedFeatures.read(from: directory) }
        #expect(error?.message.contains("unexpected tensor 'user.bytes'") == true)
    }

    private static func contents(_ directory: String) throws -> [Foundation.Data] {
        try ["features.json", "vocabularies.safetensors"].map {
            try Foundation.Data(contentsOf: URL(fileURLWithPath: "\(directory)/\($0)"))
        }
    }
}
