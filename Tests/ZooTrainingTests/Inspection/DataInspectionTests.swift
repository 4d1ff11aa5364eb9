import Foundation
import Testing
import ZooModel
import ZooTraining

@Suite struct DataInspectionTests {
    static func inspect(_ text: String, schema: Schema? = nil, encoding: String.Encoding = .utf8) throws
        -> DataInspection
    {
        let path = NSTemporaryDirectory() + "zoo-inspect-\(UUID().uuidString).csv"
        defer { try? FileManager.default.removeItem(atPath: path) }
        try text.write(toFile: path, atomically: true, encoding: encoding)
        return try DataInspection(path, schema: schema)
    }

    /// Rows of a little shop, with the separator given.
    static func rows(_ separator: String, count: Int = 300) -> String {
        let tags = ["a|b", "b|c|d", "a", "d|a"]
        var text = ""
        for row in 0..<count {
            let colour = row % 7 == 0 ? "?" : ["red", "blue"][row % 2]
            let seen = "2024-01-0\(1 + row % 9) 10:00:00"
            let price = "\(row * 37 % 101).5"
            let fields: [String] = ["u\(row % 60)", price, seen, tags[row % 4], colour, row % 3 == 0 ? "1" : "0"]
            text += fields.joined(separator: separator) + "\n"
        }
        return text
    }

    @Test(arguments: [",", ", ", "\t", ";", "::"]) func findsSeparatorAndKinds(separator: String) throws {
        let header = ["user_id", "price", "seen", "tags", "colour", "click"].joined(separator: separator)
        let inspection = try Self.inspect(header + "\n" + Self.rows(separator))
        #expect(inspection.schema.source.separator == separator)
        #expect(inspection.schema.source.hasHeader)
        #expect(inspection.schema.source.missingMarkers == ["?"])
        #expect(inspection.rows == 300)
        let kinds = inspection.columns.map(\.kind)
        #expect(kinds == ["categorical", "numeric", "timestamp", "bag", "categorical", "binary"])
        #expect(inspection.columns.map(\.role).last == "task")
        #expect(inspection.columns[4].missing > 0.1)
        #expect(inspection.columns[0].distinct == 60)
        #expect(inspection.columns[1].minimum == 0.5)
    }

    @Test func aSeparatorInEveryQuotedFieldCutsNothing() throws {
        let rows = (0..<300).map { "u\($0 % 60),\"fine shampoo, no. \($0 % 7)\",\($0 % 2)\n" }
        let inspection = try Self.inspect("user,title,click\n" + rows.joined())
        #expect(inspection.columns.map(\.name) == ["user", "title", "click"])
        #expect(inspection.schema.source.quote == "\"")
        #expect(inspection.rows == 300)
    }

    @Test func quotesThatJustStandInTextsAreNone() throws {
        let rows = (0..<300).map { "\($0 % 100 == 50 ? "\"" : "")set a timer no. \($0)\tintent \($0 % 9)\n" }
        let inspection = try Self.inspect("text\tintent\n" + rows.joined())
        #expect(inspection.rows == 300 && inspection.badRows == 0)
        #expect(inspection.schema.source.quote == nil)
    }

    @Test func aSampleMayEndWithinAQuotedField() throws {
        var reader = TableReader(format: .csv, columns: [])
        let bytes = Array("a,b\n1,\"x\ny\"\n2,\"x\n".utf8)
        #expect(throws: ZooTrainingError.self) { try reader.read(bytes: bytes, name: "t.csv") }
        reader.isSample = true
        #expect(try reader.read(bytes: bytes, name: "t.csv").rowCount == 1)
    }

    @Test func namesColumnsOfHeaderlessFiles() throws {
        let inspection = try Self.inspect(Self.rows(","))
        #expect(!inspection.schema.source.hasHeader)
        #expect(inspection.columns.map(\.name).first == "column_1")
        #expect(inspection.rows == 300)
    }

    @Test func theProposalReadsTheFile() throws {
        let text = "user_id,price,seen,tags,colour,click\n" + Self.rows(",")
        let proposal = try Self.inspect(text).schema
        let again = try Schema.parse(proposal.briefYAML)
        #expect(again == proposal)
        #expect(try Schema.parse(proposal.yaml) == proposal)
        let reader = TableReader(format: again.source, columns: again.columnRequests())
        let table = try reader.read(bytes: Array(text.utf8), name: "t.csv")
        let fitted = try FeatureFitter.fit(again.features, on: table)
        #expect(try RowEncoder(fitted, table: table).coverage().count == again.features.count)
        #expect(try LabelReader.read(again.tasks[0], from: table, isTraining: true).presentCount == 300)
    }

    @Test func aNumberThatNoFeatureTakesMakesNoColumnOfNumbers() throws {
        let rows = (0..<60).map { "\($0 % 7),\($0 == 40 ? "1e39" : "\($0).5"),\($0 % 2)\n" }
        let text = "item,price,click\n" + rows.joined()
        let inspection = try Self.inspect(text)
        #expect(inspection.columns.map(\.kind) == ["categorical", "categorical", "binary"])
        let reader = TableReader(format: inspection.schema.source, columns: inspection.schema.columnRequests())
        #expect(try reader.read(bytes: Array(text.utf8), name: "t.csv").rowCount == 60)
    }

    @Test func longNamesThatBeginAlikeStayApart() throws {
        let name = String(repeating: "k", count: 150)
        let rows = (0..<60).map {
            "{\"\(name)x\":\"a\($0 % 7)\",\"\(name)y\":\"b\($0 % 5)\",\"\(name)z\":\"c\($0 % 3)\"}\n"
        }
        let schema = try Self.inspect(rows.joined()).schema
        #expect(schema.features.count == 3)
        #expect(try Schema.parse(schema.yaml) == schema)
    }

    @Test func findsLatin1AndQuotedNewlines() throws {
        let text = "name,said,label\n" + (0..<50).map { "Jos\u{e9} \($0 % 5),\"a\nb, c\",\($0 % 2)\n" }.joined()
        let inspection = try Self.inspect(text, encoding: .isoLatin1)
        #expect(inspection.schema.source.encoding == .latin1)
        #expect(inspection.rows == 50)
        #expect(inspection.columns.count == 3)
    }

    @Test func findsListsOfNumbersAndWholeLines() throws {
        let histories = (0..<50).map { row in (0...row % 5 + 1).map { "\($0 * 31 + row)" }.joined(separator: " ") + "\n"
        }
        let lists = try Self.inspect(histories.joined())
        #expect(lists.columns.map(\.kind) == ["sequence"])
        guard case .sequence(let options)? = lists.schema.features.first?.kind else { return }
        #expect(options.separator == " ")
        let lines = try Self.inspect(
            (0..<300).map { "he said \"no\(String(repeating: ",", count: $0 % 3))\($0)\n" }.joined()
        )
        #expect(lines.rows == 300 && lines.badRows == 0 && lines.columns.count == 1)
    }

    @Test func aTableWithoutFeaturesGivesASchemaToFill() throws {
        let inspection = try Self.inspect("a,b\n1,\n1,\n")
        #expect(inspection.schema.features.isEmpty)
        #expect(inspection.schema.yaml.contains("features: []"))
    }

    @Test func aSchemaMustMatchTheFile() throws {
        let schema = try Schema.parse("features: [{name: prise, kind: numeric}]")
        let error = #expect(throws: ZooTrainingError.self) {
            try Self.inspect("price,y\n1,2\n", schema: schema)
        }
        #expect(error?.code == .badData)
        #expect(error?.message.contains("did you mean 'price'?") == true)
    }

    @Test func readsArraysOfJSONLinesAndLeavesObjectsOut() throws {
        let lines = (0..<60).map { row in
            let tags = row % 4 == 0 ? "[]" : #"["a\#(row % 3)", "größ\u0065"]"#
            return
                #"{"id":{"n":\#(row)},"tags":\#(tags),"past_items":[\#(row),\#(row + 1)],"deep":[[1]],"click":\#(row % 2)}"#
        }
        let inspection = try Self.inspect(lines.joined(separator: "\n") + "\n{]\n")
        #expect(inspection.columns.map(\.name) == ["id", "tags", "past_items", "deep", "click"])
        #expect(inspection.columns.map(\.kind) == ["object", "bag", "sequence", "object", "binary"])
        #expect(inspection.columns.map(\.role) == ["ignored", "feature", "feature", "ignored", "task"])
        #expect(inspection.columns[1].missing == 0.25)
        #expect(inspection.columns[1].distinct == 4)
        #expect(inspection.columns[1].examples.first == "größe")
        #expect(inspection.badRows == 1)
        let schema = try Schema.parse(inspection.schema.briefYAML)
        let reader = TableReader(format: schema.source, columns: schema.columnRequests())
        let table = try reader.read(bytes: Array(lines.joined(separator: "\n").utf8), name: "t.jsonl")
        #expect(table.rowCount == 60)
    }

    @Test func aHeaderMayLeaveOutANameAndIsLong() throws {
        let rows = (0..<50).map { "\($0),u\($0 % 7),\($0 % 5).5,\($0 % 2)\n" }.joined()
        let pandas = try Self.inspect(",user,price,click\n" + rows)
        #expect(pandas.schema.source.hasHeader)
        #expect(pandas.columns.map(\.name) == ["", "user", "price", "click"])
        #expect(pandas.columns.map(\.role) == ["ignored", "feature", "feature", "task"])
        #expect(try Schema.parse(pandas.schema.briefYAML).features.map(\.name) == ["user", "price"])
        let names = (0..<12_000).map { "a_long_name_of_column_\($0)" }
        let row = (0..<12_000).map { "\($0 % 7)" }.joined(separator: ",") + "\n"
        let wide = try Self.inspect(names.joined(separator: ",") + "\n" + row + row)
        #expect(wide.schema.source.hasHeader)
        #expect(wide.columns.last?.name == names.last)
    }

    @Test func anArrayOfObjectsIsNoTable() {
        let error = #expect(throws: ZooTrainingError.self) { try Self.inspect("[\n {\"a\": 1},\n {\"a\": 2}\n]\n") }
        #expect(error?.message.contains("make a line of each object") == true)
    }

    @Test func aNameThatComesTwiceIsNoGuess() throws {
        let rows = (0..<50).map { "u\($0 % 7),\($0 % 5).5,\($0).25,\($0 % 2)\n" }.joined()
        let error = #expect(throws: ZooTrainingError.self) { try Self.inspect("user,price,price,click\n" + rows) }
        #expect(error?.message.contains("columns 2 and 3 are both named 'price'") == true)
    }

    @Test func refusesWhatIsNoText() {
        let error = #expect(throws: ZooTrainingError.self) { try Self.inspect("a\u{0}b,c\n1,2\n") }
        #expect(error?.code == .badData)
    }
}
