import Testing
import ZooModel
import ZooTraining

@Suite struct JSONLinesTableTests {
    let reader = TableReader(.jsonLines, categories: ["a"], numbers: ["n"])

    @Test func readsObjects() throws {
        let bag = ColumnRequest("g", as: .bag(separator: "|"))
        let reader = TableReader(
            format: .jsonLines,
            columns: [ColumnRequest("a", as: .categorical), ColumnRequest("n", as: .numeric), bag]
        )
        let text = """
            {"a": "x\\n\\u00fc\\ud83d\\ude00", "n": 1.5, "g": ["p", "q|r", 3, null], "other": {"deep": [1, {"k": "\\"" }]}}

            {"n": true, "a": 12, "g": "s|t"}
            {"n": null, "a": null}\r
            {"a":"","n":"-2"}
            """
        let table = try reader.read(text)
        #expect(table.values("a") == ["x\nü😀", "12", nil, nil])
        let numbers = try #require(table.numeric("n")).values
        #expect(numbers[0] == 1.5 && numbers[1] == 1 && numbers[2].isNaN && numbers[3] == -2)
        #expect(table.lists(bag) == [["p", "q|r", "3"], ["s", "t"], [], []])
        #expect(table.sourceColumns == ["a", "n", "g", "other"])
        #expect((0..<4).map(table.line(ofRow:)) == [1, 3, 4, 5])
    }

    @Test(arguments: [
        "{", "{\"a\" 1}", "[1]", "{\"a\":1,}", "{\"a\":01}", "{\"a\":\"x}", "{\"a\":1} x", "{\"a\":tru}", "{a:1}",
        "{\"a\":1 \"n\":2}", "{\"a\":\"\\q\"}", "{\"a\":\"\\ud800\"}", "{\"a\":1.}", "{\"a\":1,\"a\":2}", "{\"a\":-}",
    ])
    func invalidLines(_ line: String) {
        let message = reader.failure("{\"a\":\"x\",\"n\":1}\n\(line)\n{\"a\":\"y\",\"n\":1}\n")
        #expect(message?.hasPrefix("t.csv:2: expected one JSON object on this line: ") == true, "\(message ?? "none")")
    }

    @Test func wrongTypesAndColumns() {
        #expect(reader.failure("{\"a\":{},\"n\":1}\n")?.contains("column 'a': expected a string") == true)
        #expect(reader.failure("{\"a\":[1],\"n\":1}\n")?.contains("found an array") == true)
        #expect(reader.failure("{\"a\":1,\"n\":\"x\"}\n")?.contains("column 'n': expected a number") == true)
        #expect(reader.failure("{\"a\":1,\"m\":1}\n")?.contains("no column 'n'") == true)
        let deep = String(repeating: "[", count: 100_000)
        #expect(reader.failure("{\"a\":\(deep)\n")?.contains("nested more than") == true)
    }
}
