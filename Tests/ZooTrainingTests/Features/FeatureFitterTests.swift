import Testing
import ZooModel
import ZooTraining

@Suite struct FeatureFitterTests {
    /// A table of a CSV text, with the columns of some features.
    static func table(_ text: String, _ features: [FeatureDefinition]) throws -> Table {
        let reader = TableReader(format: .csv, columns: ColumnRequest.distinct(features.map(\.request)))
        return try reader.read(bytes: Array(text.utf8), name: "t.csv")
    }

    static func fit(_ text: String, _ kind: FeatureDefinition.Kind) throws -> FittedFeature {
        let feature = FeatureDefinition(name: "x", kind: kind)
        return try FeatureFitter.fit([feature], on: table(text, [feature])).features[0]
    }

    static func vocabulary(_ text: String, _ kind: FeatureDefinition.Kind) throws -> [String] {
        guard case .vocabulary(let vocabulary) = try fit(text, kind).state else { return [] }
        return (2..<vocabulary.rows).map(vocabulary.value)
    }

    static func numeric(_ values: [String], _ options: FeatureDefinition.Numeric) throws -> NumericStatistics {
        let text = "x,y\n" + values.map { "\($0),0\n" }.joined()
        guard case .numeric(let statistics) = try fit(text, .numeric(options)).state else {
            throw ZooTrainingError(.internal, "not numeric")
        }
        return statistics
    }

    @Test func countsThenBytesDecideTheOrder() throws {
        let text = "x,y\nb,1\na,1\nc,1\nc,1\n,1\nB,1\n"
        #expect(try Self.vocabulary(text, .categorical(.init())) == ["c", "B", "a", "b"])
        let rare = FeatureDefinition.Rows.vocabulary(minimumCount: 2, maximum: nil)
        #expect(try Self.vocabulary(text, .categorical(.init(rows: rare))) == ["c"])
        let few = FeatureDefinition.Rows.vocabulary(minimumCount: 1, maximum: 2)
        #expect(try Self.vocabulary(text, .categorical(.init(rows: few))) == ["c", "B"])
    }

    @Test func bagsCountEachValue() throws {
        #expect(try Self.vocabulary("x,y\na|b,1\nb,1\n,1\nc|b|a,1\n", .bag(.init())) == ["b", "a", "c"])
    }

    @Test func momentsIgnoreMissingValues() throws {
        let statistics = try Self.numeric(["1", "", "3", "5", ""], .init())
        #expect(statistics.mean == 3)
        #expect(abs(statistics.deviation - (8.0 / 3).squareRoot()) < 1e-12)
        #expect(statistics.edges.isEmpty)
    }

    @Test func aConstantColumnIsHarmless() throws {
        let statistics = try Self.numeric(["7", "7", "7"], .init(buckets: 4))
        #expect(statistics == NumericStatistics(mean: 7, deviation: 1, edges: []))
        #expect(try Self.numeric(["", ""], .init(buckets: 4)) == NumericStatistics(mean: 0, deviation: 1, edges: []))
    }

    @Test func bucketsAreEvenWhereValuesAre() throws {
        let statistics = try Self.numeric((0..<100).map(String.init), .init(buckets: 4))
        let rows = (0..<100).map { statistics.row(of: Float($0)) }
        #expect(Set(rows).count == 4)
        for row in Set(rows) { #expect((24...26).contains(rows.count { $0 == row })) }
    }

    /// Zeros that fill most of a column have a bucket of their own, and the other values share the other buckets.
    @Test func heavyValuesStandAlone() throws {
        let values = [String](repeating: "0", count: 900) + (1...50).flatMap { ["\($0)", "-\($0)"] }
        let statistics = try Self.numeric(values, .init(buckets: 20))
        #expect((17..<20).contains(statistics.edges.count))
        #expect(statistics.row(of: 0) != statistics.row(of: 1))
        #expect(statistics.row(of: 0) != statistics.row(of: -1))
        let rows = (1...50).map { statistics.row(of: Float($0)) }
        #expect(Set(rows).count == 9)
        for row in Set(rows) { #expect(rows.count { $0 == row } <= 6) }
        #expect(zip(statistics.edges, statistics.edges.dropFirst()).allSatisfy(<))
    }

    @Test func fewValuesHaveABucketEach() throws {
        let statistics = try Self.numeric(["1", "1", "2", "5", "5", "5"], .init(buckets: 8))
        #expect(statistics.edges == [1, 2])
    }

    @Test func aMissingColumnIsNamed() throws {
        let feature = FeatureDefinition(name: "age", kind: .numeric(.init()))
        let table = try Self.table("age,y\n1,2\n", [FeatureDefinition(name: "y", kind: .numeric(.init()))])
        let error = #expect(throws: ZooTrainingError.self) { try FeatureFitter.fit([feature], on: table) }
        #expect(error?.code == .notFound)
        #expect(error?.message.contains("'age'") == true)
    }
}
