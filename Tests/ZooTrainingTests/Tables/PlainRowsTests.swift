import Testing
import ZooModel
import ZooTraining

/// Chunks without quotes take a path of their own; quoting what needs no quotes sends the same table down the other.
@Suite struct PlainRowsTests {
    private static let requests = [
        ColumnRequest("a", as: .categorical), ColumnRequest("n", as: .numeric), ColumnRequest("a", as: .text),
        ColumnRequest("n", as: .categorical), ColumnRequest("z", as: .categorical), ColumnRequest("z", as: .numeric),
    ]

    private static let numbers = [
        "0", "7", "-1", "+3", "007", "1234567", "12345678", "16777217", "0.5", ".5", "5.", "1e5", "1e-50",
        "3.4028236e38", "", " 4", "4 ", "99999999999999999999", "-0", "1_0", "x", "nan", "inf",
        "1e39", ".", "0x10", "1234567é",
    ]

    /// Text whose length falls on both sides of the sizes that vectors have.
    private static func word(_ random: inout TestRandom) -> String {
        let length = [0, 1, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 200].randomElement(using: &random) ?? 0
        let alphabet: [Character] = random.next() % 8 == 0 ? ["é", "b"] : ["a", "b"]
        return String((0..<length).map { _ in alphabet.randomElement(using: &random) ?? "a" })
    }

    @Test(arguments: [",", "::", "\t"], ["\n", "\r\n"]) func quotesThatMeanNothingChangeNothing(
        _ separator: String,
        _ ending: String
    ) {
        var random = TestRandom(state: 21)
        for round in 0..<30 {
            var plain = ["a", "n", "z"].joined(separator: separator) + ending
            var quoted = plain
            for _ in 0..<Int.random(in: 1...200, using: &random) {
                var row = [Self.word(&random), Self.numbers.randomElement(using: &random) ?? "", Self.word(&random)]
                if round % 3 != 0, row[1].contains(where: { !$0.isNumber }) { row[1] = "1" }
                row[2] = random.next() % 4 == 0 ? row[2] : "\(random.next() % 1000)"
                if random.next() % 40 == 0 { row.append("more") }
                plain += row.joined(separator: separator) + ending
                quoted += row.map { "\"\($0)\"" }.joined(separator: separator) + ending
                if random.next() % 30 == 0 {
                    plain += ending
                    quoted += ending
                }
            }
            if round % 2 == 0 { plain.removeLast() }
            var reader = TableReader(format: TableFormat(separator: separator), columns: Self.requests)
            reader.maxBadRows = round % 5 == 0 ? 3 : 1000
            let expected = reader.summary(quoted)
            for (chunk, threads) in [(1 << 20, 1), (64, 2), (1000, 3)] {
                reader.chunkBytes = chunk
                reader.threads = threads
                #expect(reader.summary(plain) == expected)
            }
        }
    }

    /// A format that trims looks at each cell by itself; where there are no blanks that changes nothing.
    @Test func hostileBytesReadAsOneByOne() {
        var random = TestRandom(state: 22)
        let bytes: [UInt8] = [0x2c, 0x2c, 0x2c, 0x0a, 0x0a, 0x0d, 0x61, 0x31, 0x2e, 0x2d, 0x00, 0xc3, 0xa9, 0xff]
        var outcomes = (tables: 0, errors: 0)
        for round in 0..<600 {
            let hostile = round % 3 == 0 ? bytes[...] : bytes.prefix(10)
            let body = (0..<Int.random(in: 0...400, using: &random)).map { _ in
                hostile.randomElement(using: &random) ?? 0
            }
            let text = Array("a,n\n".utf8) + body
            let requests = Self.requests.filter { $0.column != "z" }
            var reader = TableReader(format: TableFormat(trimsSpaces: true), columns: requests)
            reader.maxBadRows = round % 7 == 0 ? 2 : 1000
            reader.threads = 1
            let expected = reader.summary(text)
            reader.format.trimsSpaces = false
            for chunk in [1, 63, 64, 65, 1 << 20] {
                reader.chunkBytes = chunk
                #expect(reader.summary(text) == expected)
            }
            if expected.hasPrefix("t.csv") { outcomes.errors += 1 } else { outcomes.tables += 1 }
        }
        #expect(outcomes.tables > 100 && outcomes.errors > 10, "\(outcomes)")
    }

    /// Blocks hold codes in one, two or four bytes.
    @Test(arguments: [200, 300, 70_000]) func codesFollowFirstAppearanceAmongMany(_ distinct: Int) throws {
        let values = (0..<distinct + distinct / 2).map { ($0 * 7919) % distinct }
        var codes: [Int: Int32] = [:]
        var expected: [Int32] = []
        for value in values {
            let code = codes[value] ?? Int32(codes.count)
            codes[value] = code
            expected.append(code)
        }
        var reader = TableReader(categories: ["a"])
        reader.chunkBytes = 10_000
        reader.threads = 3
        let table = try reader.read("a\n" + values.map { "v\($0)\n" }.joined())
        let column = try #require(table.categorical("a"))
        #expect(Array(column.codes) == expected)
        #expect(column.dictionary.count == codes.count)
    }
}
