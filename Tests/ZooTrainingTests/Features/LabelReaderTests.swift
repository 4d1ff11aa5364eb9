import Testing
import ZooModel
import ZooTraining

@Suite struct LabelReaderTests {
    static func labels(
        _ values: [String],
        _ kind: TaskDefinition.Kind,
        classes: [String]? = nil,
        isTraining: Bool = true
    ) throws -> LabelColumn {
        let task = TaskDefinition(name: "t", column: "y", kind: kind)
        let text = "x,y\n" + values.map { "0,\($0)\n" }.joined()
        let reader = TableReader(format: .csv, columns: [task.request])
        let table = try reader.read(bytes: Array(text.utf8), name: "t.csv")
        return try LabelReader.read(task, from: table, classes: classes, isTraining: isTraining)
    }

    /// Labels as text, `-` for missing.
    static func shown(_ labels: LabelColumn) -> String {
        labels.values.map { $0.isNaN ? "-" : "\(Int($0))" }.joined()
    }

    @Test func readsTruthWords() throws {
        #expect(Self.shown(try Self.labels(["1", "0", "", "Yes", "no", "TRUE"], .binary(.truth))) == "10-101")
    }

    @Test func readsValuesAndComparisons() throws {
        let anyOther = LabelRule.values(positive: ["a", "b"], negative: nil)
        #expect(Self.shown(try Self.labels(["a", "b", "c", ""], .binary(anyOther))) == "110-")
        #expect(Self.shown(try Self.labels(["3.5", "4", "", "5"], .binary(.comparison(.atLeast, 4)))) == "01-1")
        #expect(Self.shown(try Self.labels(["0.1", "0.2"], .binary(.comparison(.equal, 0.1)))) == "10")
    }

    @Test func readsClasses() throws {
        let found = try Self.labels(["b", "a", "", "C", "a"], .multiclass(classes: nil))
        #expect(found.classes == ["C", "a", "b"])
        #expect(Self.shown(found) == "21-01")
        #expect(try Self.labels(["10", "9", "9"], .multiclass(classes: nil)).classes == ["9", "10"])
        #expect(Self.shown(try Self.labels(["b", "a"], .multiclass(classes: ["a", "b"]))) == "10")
        #expect(Self.shown(try Self.labels(["b", "a"], .multiclass(classes: nil), classes: ["b", "a"])) == "01")
    }

    @Test func readsTargets() throws {
        #expect(try Self.labels(["1.5", "", "-2"], .regression).values[2] == -2)
    }

    @Test(
        arguments: [
            (["1", "0", "maybe"], .binary(.truth), "t.csv:4: column 'y': 'maybe' is no label of task 't'"),
            (["a", "x"], .binary(.values(positive: ["a"], negative: ["b"])), "whose labels are a and b"),
            (
                ["a", "z"], .multiclass(classes: ["a", "b"]),
                "t.csv:3: column 'y': 'z' is no label of task 't', whose labels are a, b"
            ),
            (["1", "1", ""], .binary(.truth), "has one class only: all 2 labels are positive"),
            (["1", ""], .binary(.truth), "has one class only: the only label is positive"),
            (["a", "a"], .multiclass(classes: ["a", "b"]), "has one class only: all 2 labels are 'a'"),
            (["", ""], .binary(.truth), "has no labels: column 'y' is missing in every row"),
            (["", ""], .regression, "has no labels"),
        ] as [([String], TaskDefinition.Kind, String)]
    )
    func refusesLabelsThatTeachNothing(values: [String], kind: TaskDefinition.Kind, message: String) {
        let error = #expect(throws: ZooTrainingError.self) { try Self.labels(values, kind) }
        #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
        #expect(error?.code == .badData)
    }

    @Test func someBadLabelsMayCountAsMissing() throws {
        let task = TaskDefinition(name: "t", column: "y", kind: .binary(.truth))
        let table = try TableReader(format: .csv, columns: [task.request]).read("x,y\n0,1\n0,maybe\n0,0\n0,2\n")
        let labels = try LabelReader.read(task, from: table, isTraining: true, maxBadLabels: 2)
        #expect(Self.shown(labels) == "1-0-")
        let error = #expect(throws: ZooTrainingError.self) {
            try LabelReader.read(task, from: table, isTraining: true, maxBadLabels: 1)
        }
        #expect(error?.message.contains("t.csv:5: column 'y': '2' is no label") == true, "\(error?.message ?? "")")
        #expect(error?.message.contains("1 bad labels before it") == true)
    }

    @Test func evaluationTakesOneClass() throws {
        #expect(Self.shown(try Self.labels(["1", "1"], .binary(.truth), isTraining: false)) == "11")
    }
}
