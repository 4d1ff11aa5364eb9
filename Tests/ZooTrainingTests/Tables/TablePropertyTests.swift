import Testing
import ZooModel
import ZooTraining

@Suite struct TablePropertyTests {
    /// Random cells full of what CSV finds hard.
    private func randomCells(_ random: inout TestRandom, rows: Int, columns: Int) -> [[String]] {
        let pieces = ["a", "b", "\"", ",", "\n", "\r\n", " ", "é", "\u{1F600}", ";", "::", "long piece of text", "0"]
        return (0..<rows).map { _ in
            (0..<columns).map { _ in
                let count = Int.random(in: 0...4, using: &random)
                return (0..<count).map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
            }
        }
    }

    private func quoted(_ cell: String, _ random: inout TestRandom) -> String {
        let needs = cell.isEmpty || cell.utf8.contains { [0x22, 0x2c, 0x3a, 0x0a, 0x0d].contains($0) }
        guard needs || Bool.random(using: &random) else { return cell }
        return "\"" + cell.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }

    @Test(arguments: [",", "::"]) func whatIsWrittenIsRead(_ separator: String) throws {
        var random = TestRandom(state: 11)
        for round in 0..<60 {
            let columns = Int.random(in: 1...5, using: &random)
            let names = (0..<columns).map { "c\($0)" }
            let cells = randomCells(&random, rows: Int.random(in: 1...60, using: &random), columns: columns)
            let ending = round % 2 == 0 ? "\n" : "\r\n"
            var text = names.joined(separator: separator) + ending
            for row in cells {
                text += row.map { quoted($0, &random) }.joined(separator: separator) + ending
            }
            if round % 3 == 0 { text.removeLast() }
            var reader = TableReader(TableFormat(separator: separator), categories: names)
            reader.chunkBytes = [1, 7, 64, 1 << 20][round % 4]
            reader.threads = 1 + round % 3
            let table = try reader.read(text)
            for (column, name) in names.enumerated() {
                #expect(table.values(name) == cells.map { $0[column].isEmpty ? nil : $0[column] })
            }
        }
    }

    private let requests = [
        ColumnRequest("a", as: .categorical), ColumnRequest("n", as: .numeric), ColumnRequest("a", as: .text),
        ColumnRequest("a", as: .bag(separator: "b")), ColumnRequest("t", as: .timestamp(.unixSeconds)),
    ]

    @Test func chunksAndThreadsChangeNothing() {
        var random = TestRandom(state: 5)
        for round in 0..<20 {
            let cells = randomCells(&random, rows: 400, columns: 1)
            var text = "a,n,t\n"
            for (index, row) in cells.enumerated() {
                let number = index % 97 == 96 ? "bad" : "\(index).25"
                text += quoted(row[0], &random) + ",\(number),\(index)" + (index % 131 == 130 ? ",x\n" : "\n")
                if index % 50 == 49 { text += "\n" }
            }
            check(.csv, text, maxBadRows: round % 2 == 0 ? 20 : 3)
        }
    }

    @Test func chunksAndThreadsChangeNothingInJSON() {
        var random = TestRandom(state: 6)
        for round in 0..<10 {
            let lines = (0..<300).map { index -> String in
                if index % 97 == 96 { return "{\"a\":}" }
                let word = ["x", "yb\\nz", "b", "\\u00e9"].randomElement(using: &random) ?? ""
                let number = index % 61 == 60 ? "\"q\"" : "\(index)"
                return "{\"k\(index % 5)\":1,\"a\":\"\(word)\",\"n\":\(number),\"t\":\(index)}"
            }
            check(.jsonLines, lines.joined(separator: "\n"), maxBadRows: round % 2 == 0 ? 20 : 3)
        }
    }

    private func check(_ format: TableFormat, _ text: String, maxBadRows: Int) {
        var reader = TableReader(format: format, columns: requests)
        reader.maxBadRows = maxBadRows
        let expected = reader.summary(text)
        for (chunk, threads) in [(1, 1), (100, 3), (333, 2), (5000, 4)] {
            reader.chunkBytes = chunk
            reader.threads = threads
            reader.memoryLimit = chunk == 333 ? 1000 : 1 << 28
            #expect(reader.summary(text) == expected)
        }
    }
}
