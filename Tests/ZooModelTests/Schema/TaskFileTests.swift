import Testing
import ZooModel

@Suite struct TaskFileTests {
    static let text = """
        task: {name: again, kind: binary}
        features:
          - {name: price, kind: numeric}
        """

    @Test func featuresEnterAtTheTasksHead() throws {
        let file = try TaskFile.parse(Self.text)
        #expect(file.task.name == "again")
        #expect(file.features.map(\.scope) == [.task("again")])
        #expect(try TaskFile.parse(file.yaml) == file)
    }

    @Test func joinsTheBasesEncoder() throws {
        let base = try Schema.parse(
            """
            features:
              - {name: user, kind: categorical}
              - {name: shown, kind: numeric, scope: click}
            tasks:
              - {name: click, kind: binary}
            """
        )
        let schema = try TaskFile.parse(Self.text).schema(base: base)
        #expect(schema.features.map(\.name) == ["user", "price"])
        #expect(schema.tasks.map(\.name) == ["again"])
    }

    @Test func refusesALabelThatTheEncoderReads() throws {
        let base = try Schema.parse("features: [{name: user, kind: categorical}]\ntasks: [{name: click, kind: binary}]")
        let file = try TaskFile.parse("task: {name: who, column: user, kind: multiclass}")
        let error = #expect(throws: ZooModelError.self) { try file.schema(base: base, file: "t.yaml") }
        #expect(
            error?.message.hasPrefix("t.yaml, with the base's features: feature 'user' reads column 'user'") == true
        )
        #expect(error?.message.contains("the answer would be among the inputs") == true)
    }

    @Test func refusesForeignScopes() {
        let text = "task: {name: again, kind: binary}\nfeatures: [{name: a, kind: numeric, scope: encoder}]"
        let error = #expect(throws: ZooModelError.self) { try TaskFile.parse(text) }
        #expect(error?.message.contains("enters at the head of 'again'") == true)
    }

    @Test func refusesFeaturesOfOneName() {
        let text = "task: {name: t, kind: binary}\nfeatures:\n  - {name: a, kind: numeric}\n  - {name: a, kind: text}"
        let error = #expect(throws: ZooModelError.self) { try TaskFile.parse(text, file: "t") }
        #expect(error?.message == "t:4:5: two features are named 'a'")
    }
}
