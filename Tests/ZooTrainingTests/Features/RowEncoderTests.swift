import Testing
import ZooModel
import ZooTraining

@Suite struct RowEncoderTests {
    static let features = [
        FeatureDefinition(name: "user", kind: .categorical(.init())),
        FeatureDefinition(name: "hashed", column: "user", kind: .categorical(.init(rows: .hashed(buckets: 7)))),
        FeatureDefinition(name: "age", kind: .numeric(.init(buckets: 2, hasMissingFlag: true))),
        FeatureDefinition(name: "at", kind: .timestamp(.init(parts: [.hour]))),
        FeatureDefinition(name: "tags", kind: .bag(.init(maximumLength: 2))),
        FeatureDefinition(name: "past", column: "tags", kind: .sequence(.init(maximumLength: 2))),
        FeatureDefinition(name: "title", kind: .text(.init(words: 1...1, buckets: 1_000))),
    ]
    static let train = """
        user,age,at,tags,title
        u1,10,2024-01-01 05:00:00,a|b|c,red shoes
        u1,20,2024-01-01 06:00:00,a|b,Red hat
        u2,30,2024-01-01 07:00:00,a,
        """
    static let test = """
        user,age,at,tags,title
        u2,,2024-01-01 23:00:00,c|b|a,RED
        u9,20,,,blue shoes
        ,30,2024-01-01 00:00:00,z,shoes
        """

    static func encoder() throws -> RowEncoder {
        let fitted = try FeatureFitter.fit(features, on: FeatureFitterTests.table(train, features))
        return try RowEncoder(fitted, table: FeatureFitterTests.table(test, features))
    }

    static func encoded(_ encoder: RowEncoder, _ rows: Range<Int>) -> (ids: [[Int32]], dense: [[Float]]) {
        let layout = encoder.features.layout
        var ids = [Int32](repeating: -9, count: rows.count * layout.slots.count)
        var dense = [Float](repeating: -9, count: rows.count * layout.dense.count)
        ids.withUnsafeMutableBufferPointer { ids in
            dense.withUnsafeMutableBufferPointer { dense in
                encoder.encode(
                    rows,
                    ids: ids.baseAddress!,
                    idStride: layout.slots.count,
                    dense: dense.baseAddress!,
                    denseStride: layout.dense.count
                )
            }
        }
        return (
            rows.indices.map {
                Array(
                    ids[($0 - rows.lowerBound) * layout.slots.count..<($0 - rows.lowerBound + 1) * layout.slots.count]
                )
            },
            rows.indices.map {
                Array(
                    dense[($0 - rows.lowerBound) * layout.dense.count..<($0 - rows.lowerBound + 1) * layout.dense.count]
                )
            }
        )
    }

    static func bag(_ encoder: RowEncoder, _ index: Int, _ rows: Range<Int> = 0..<3) -> [[Int32]] {
        var offsets: [Int32] = [0]
        var ids: [Int32] = []
        encoder.encodeBag(index, rows, offsets: &offsets, ids: &ids)
        return zip(offsets, offsets.dropFirst()).map { Array(ids[Int($0)..<Int($1)]) }
    }

    @Test func encodesEveryKind() throws {
        let encoder = try Self.encoder()
        let (ids, dense) = Self.encoded(encoder, 0..<3)
        #expect(ids.map { $0[0] } == [3, 1, 0])
        #expect((2..<9).contains(ids[0][1]) && (2..<9).contains(ids[1][1]))
        #expect(ids[2][1] == 0)
        #expect(ids.map { $0[2] }[0] == 0)
        #expect(ids[1][2] < ids[2][2])
        #expect(ids.map { $0[3] } == [25, 0, 2])
        #expect(dense[0] == [0, 1])
        #expect(dense[1] == [0, 0])
        #expect(dense[2][0] > 1.2 && dense[2][1] == 0)
    }

    @Test func bagsKeepTheFirstSequencesTheLast() throws {
        let encoder = try Self.encoder()
        // a, b, c are rows 2, 3, 4.
        #expect(Self.bag(encoder, 0) == [[4, 3], [0], [1]])
        #expect(Self.bag(encoder, 1) == [[3, 2], [0], [1]])
        #expect(Self.bag(encoder, 0, 1..<3) == [[0], [1]])
    }

    @Test func textsIgnoreCaseAndShareWords() throws {
        let encoder = try Self.encoder()
        let title = Self.bag(encoder, 2)
        #expect(title.map(\.count) == [1, 2, 1])
        #expect(title[1][1] == title[2][0])
        #expect(title[0][0] != title[2][0])
    }

    @Test func anyRangeEncodesAlike() throws {
        let encoder = try Self.encoder()
        let whole = Self.encoded(encoder, 0..<3)
        let part = Self.encoded(encoder, 1..<3)
        #expect(part.ids == Array(whole.ids[1...]))
        #expect(part.dense == Array(whole.dense[1...]))
        #expect(Self.encoded(encoder, 2..<2).ids.isEmpty)
    }

    @Test func coverageCountsMissingAndUnseen() throws {
        let coverage = try Self.encoder().coverage()
        #expect(coverage[0] == FeatureCoverage(feature: "user", missing: 1.0 / 3, unseen: 1.0 / 3))
        #expect(coverage[1].unseen == 0)
        #expect(coverage[2] == FeatureCoverage(feature: "age", missing: 1.0 / 3, unseen: 0))
        #expect(coverage[3].missing == 1.0 / 3)
        #expect(coverage[4] == FeatureCoverage(feature: "tags", missing: 1.0 / 3, unseen: 1.0 / 3))
    }
}
