import Foundation
import Testing
import ZooModel
import ZooTraining

@Suite struct SeparatedTableTests {
    @Test func readsWhatTheHeaderNames() throws {
        let table = try TableReader(categories: ["b"], numbers: ["a"]).read("c,b,a\n1,x,2.5\n3,y,-4e2\n")
        #expect(table.values("b") == ["x", "y"])
        #expect(table.numeric("a").map { Array($0.values) } == [2.5, -400])
        #expect(table.sourceColumns == ["c", "b", "a"])
        #expect(table.categorical("c") == nil)
    }

    @Test func codesFollowFirstAppearance() throws {
        let table = try TableReader(categories: ["a"]).read("a\nz\nb\nz\na\n")
        #expect(table.categorical("a").map { Array($0.codes) } == [0, 1, 0, 2])
        #expect(table.categorical("a")?.dictionary.strings == ["z", "b", "a"])
    }

    @Test func quotedFieldsHoldSeparatorsNewlinesAndQuotes() throws {
        let text = "a,b\r\n\"x,\"\"y\"\"\nz\",1\r\n\"\",\"2\"\r\nq\"r,3\r\n"
        let table = try TableReader(categories: ["a", "b"]).read(text)
        #expect(table.values("a") == ["x,\"y\"\nz", nil, "q\"r"])
        #expect(table.values("b") == ["1", "2", "3"])
        #expect((0..<3).map(table.line(ofRow:)) == [2, 4, 5])
    }

    @Test func byteOrderMarkAndMissingLastNewline() throws {
        let table = try TableReader(categories: ["a", "b"]).read("\u{feff}a,b\n1,ü")
        #expect(table.values("a") == ["1"])
        #expect(table.values("b") == ["ü"])
    }

    @Test func separatorsOfSeveralCharacters() throws {
        let format = TableFormat(separator: "::", hasHeader: false, names: ["u", "m", "r"])
        let table = try TableReader(format, categories: ["u", "m"], numbers: ["r"]).read("1::a:b::5\n2:::c::4\n")
        #expect(table.values("u") == ["1", "2"])
        #expect(table.values("m") == ["a:b", ":c"])
        #expect(table.numeric("r").map { Array($0.values) } == [5, 4])
    }

    @Test func spacesOfTheSeparatorBelongToNoField() throws {
        let format = TableFormat(separator: " , ", hasHeader: false, names: ["a", "b"], missingMarkers: ["?"])
        let table = try TableReader(format, categories: ["a", "b"]).read(" x y , ?\nz,\"q , \"\"\" \n")
        #expect(table.values("a") == ["x y", "z"])
        #expect(table.values("b") == [nil, "q , \""])
    }

    @Test func missingMarkers() throws {
        let format = TableFormat(missingMarkers: ["?", "NA", "-1"])
        let text = "a,b\n?,NA\n,\nNA,-1\nx,1\n"
        let table = try TableReader(format, categories: ["a"], numbers: ["b"]).read(text)
        #expect(table.values("a") == [nil, nil, nil, "x"])
        #expect(table.categorical("a")?.dictionary.strings == ["x"])
        let numbers = try #require(table.numeric("b")).values
        #expect(numbers.map(\.isNaN) == [true, true, true, false])
    }

    @Test func latin1BecomesUTF8() throws {
        let format = TableFormat(encoding: .latin1)
        let bytes: [UInt8] = Array("a,b\ncaf".utf8) + [0xe9] + Array(",1\n".utf8)
        let table = try TableReader(format, categories: ["a"]).read(bytes: bytes, name: "t")
        #expect(table.values("a") == ["café"])
    }

    @Test func tabsAndBlankLines() throws {
        let table = try TableReader(.tsv, categories: ["a", "b"]).read("\na\tb\n\n1 \t \"q\"\n\r\n2\tx\n")
        #expect(table.values("a") == ["1 ", "2"])
        #expect(table.values("b") == [" \"q\"", "x"])
        #expect((0..<2).map(table.line(ofRow:)) == [4, 6])
    }

    @Test func bagsSequencesTextsAndTimes() throws {
        let bag = ColumnRequest("g", as: .bag(separator: "|"))
        let sequence = ColumnRequest("g", as: .sequence(separator: "||"))
        let text = ColumnRequest("t", as: .text)
        let time = ColumnRequest("d", as: .timestamp(.pattern("%d/%m/%Y %H:%M")))
        let reader = TableReader(format: .csv, columns: [bag, sequence, text, time])
        let table = try reader.read("g,t,d\nx|y||x,hello,01/02/1970 00:01\n,,\nz,\"a\nb\",31/12/1969 23:59\n")
        #expect(table.lists(bag) == [["x", "y", "x"], [], ["z"]])
        #expect(table.lists(sequence) == [["x|y", "x"], [], ["z"]])
        guard case .text(let texts)? = table[text], case .timestamp(let times)? = table[time] else {
            Issue.record("columns of the wrong kind")
            return
        }
        #expect((0..<3).map { String(decoding: texts[$0], as: UTF8.self) } == ["hello", "", "a\nb"])
        #expect(times.seconds[0] == 31 * 86_400 + 60 && times.seconds[1].isNaN && times.seconds[2] == -60)
    }

    @Test func optionalColumnsMayLack() throws {
        let reader = TableReader(
            format: .csv,
            columns: [ColumnRequest("a", as: .categorical), ColumnRequest("z", as: .numeric, isRequired: false)]
        )
        let table = try reader.read("a\nx\n")
        #expect(table.values("a") == ["x"])
        #expect(table.numeric("z") == nil)
    }

    @Test func numbersRoundAsStrtof() throws {
        var random = TestRandom(state: 7)
        var words = [
            "16777217", "16777219", "0.1", "3.4028235e38", "1e-45", "1.17549435e-38", "9007199254740993", "+5.",
        ]
        words += [".5", "0.30000001192092896", "123456789012345678901234567890", "1e-60", "8388609.5", "7e0"]
        for _ in 0..<20_000 {
            let digits = String(random.next() % 10_000_000_000_000_000_000)
            let split = Int.random(in: 0...digits.count, using: &random)
            let point = "\(digits.prefix(split)).\(digits.dropFirst(split))"
            words.append(point + (Bool.random(using: &random) ? "e\(Int.random(in: -40...18, using: &random))" : ""))
            words.append(Float(bitPattern: UInt32(truncatingIfNeeded: random.next()) & 0xff7f_ffff).description)
        }
        words = words.filter { strtof($0, nil).isFinite }
        let table = try TableReader(numbers: ["a"]).read("a\n" + words.joined(separator: "\n") + "\n")
        let values = try #require(table.numeric("a")).values
        #expect(values.count == words.count)
        let wrong = zip(words, values).filter { strtof($0, nil).bitPattern != $1.bitPattern }
        #expect(wrong.isEmpty, "\(wrong.prefix(5).map(\.0))")
    }
}
