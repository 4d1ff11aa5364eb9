import Foundation
import Testing
import ZooModel
import ZooTraining

@Suite struct TableErrorTests {
    let reader = TableReader(categories: ["a"], numbers: ["b"])

    private func expect(_ message: String?, _ parts: String...) {
        for part in parts { #expect(message?.contains(part) == true, "\(message ?? "no error")") }
    }

    @Test func wrongFieldCount() {
        expect(reader.failure("a,b\nx,1\ny,2,3\n"), "t.csv:3: expected 2 fields, found 3")
        expect(reader.failure("a,b\n\"x\n\ny\",1\nz\n"), "t.csv:5: expected 2 fields, found 1")
    }

    @Test func numbers() {
        expect(reader.failure("a,b\nx,inf\n"), "t.csv:2:", "column 'b'", "finite", "'inf'")
        expect(reader.failure("a,b\nx,1\nx,-NaN\n"), "t.csv:3:", "finite")
        expect(reader.failure("a,b\nx,1e39\n"), "finite")
        expect(reader.failure("a,b\nx,1\nx,12a\n"), "t.csv:3:", "expected a number, found '12a'")
        expect(reader.failure("a,b\nx,0x10\n"), "expected a number")
    }

    @Test func columns() {
        let wanting = TableReader(categories: ["colour"])
        expect(wanting.failure("color,b\nx,1\n"), "no column 'colour'", "did you mean 'color'")
        expect(reader.failure("a,b,a\nx,1,y\n"), "t.csv:1: columns 1 and 3 are both named 'a'")
        let nameless = TableReader(TableFormat(hasHeader: false), categories: ["a"])
        expect(nameless.failure("x\n"), "no header and no names")
    }

    @Test func unterminatedQuote() {
        expect(reader.failure("a,b\nx,1\n\"y,2\nz,3\n"), "t.csv:3:", "never closed")
    }

    @Test func invalidUTF8() {
        let bytes: [UInt8] = Array("a,b\nx,1\n".utf8) + [0x79, 0xff, 0x2c, 0x32, 0x0a]
        expect(reader.failure(bytes), "t.csv:3:", "UTF-8")
        expect(reader.failure([0xff, 0xfe, 0x61, 0x00, 0x0a, 0x00]), "UTF-16")
    }

    @Test func bytesOfValueZero() {
        expect(reader.failure("a,b\nx,1\ny\u{0},2\n"), "t.csv:3:", "a byte of value 0")
        expect(reader.failure("a\u{0},b\nx,1\n"), "t.csv:1:", "a byte of value 0")
        let long = String(repeating: "x", count: 100)
        expect(reader.failure("a,b\n\(long)\u{0}\(long),1\n"), "t.csv:2:", "a byte of value 0")
        let json = TableReader(.jsonLines, categories: ["a"])
        expect(json.failure("{\"a\":\"x\"}\n{\"a\":\"\u{0}\"}\n"), "t.csv:2:", "a byte of value 0")
    }

    @Test func returnsAloneDoNotEndLines() {
        expect(reader.failure("a,b\rx,1\ry,2\r"), "t.csv:1: lines end with a carriage return alone")
        #expect(reader.failure("a,b\r\nx,1\r\n") == nil)
    }

    @Test func aHeaderThatIsNoneOfTheSchemas() {
        expect(reader.failure("u1,7\nu2,8\n"), "no column 'a'", "no header that the schema knows: u1, 7", "'names'")
        expect(reader.failure("a\tb\nx\t1\n"), "no column 'a'", "one field", "'separator'")
        let named = TableReader(TableFormat(hasHeader: false, names: ["a", "b"]), categories: ["a"], numbers: ["b"])
        expect(reader.failure("a, b\nx, 1\n"), "no column 'b'; ' b' has blanks around it", "'trim: true'")
        expect(named.failure("a,b\nx,1\n"), "t.csv:1: column 'b'", "looks like a header")
    }

    @Test func jsonThatIsNotALineEach() {
        expect(TableReader(.jsonLines, categories: ["a"]).failure("[\n"), "t.csv:1:", "does not start with '{'", "jq")
        expect(TableReader(.jsonLines, categories: ["a"]).failure("a\n"), "t.csv:1:", "does not start with '{'")
    }

    @Test func nothingToRead() {
        expect(reader.failure(""), "t.csv: the file is empty")
        expect(reader.failure("a,b\n"), "t.csv: the file has a header and no rows")
        expect(TableReader(.jsonLines, categories: ["a"]).failure("\n"), "the file is empty")
    }

    /// A quote that just stands in a text opens a field that the next such quote, some rows later, seems to close.
    @Test func quotesThatSwallowRows() throws {
        let text = "a,b\n\"x,1\ny,2\n\"z,3\n"
        expect(reader.failure(text), "t.csv:2: a quoted field opens here", "behind its closing quote", "'quote: none'")
        expect(reader.failure(text.replacingOccurrences(of: "\n", with: "\r\n")), "t.csv:2: a quoted field opens here")
        var lenient = reader
        lenient.maxBadRows = 1
        #expect(try lenient.read("a,b\nv,0\n" + text.dropFirst(4) + "w,4\n").rowCount == 2)
        // Quotes in the right places may span lines, and text behind a quote within a line loses nothing.
        #expect(try reader.read("a,b\n\"x\n\"\"y\"\" z\",1\n\"r\ns\" ,3\n\"t\" u,2\n").rowCount == 3)
        #expect(try TableReader(categories: ["a", "b"]).read("a,b\r\n1,\"x\r\ny\"\r\n").rowCount == 1)
    }

    @Test func badFormats() {
        expect(TableReader(TableFormat(separator: ""), categories: ["a"]).failure("a\n1\n"), "separator is empty")
        expect(TableReader(TableFormat(quote: ","), categories: ["a"]).failure("a\n1\n"), "quote character")
    }

    @Test func timestamps() {
        let reader = TableReader(format: .csv, columns: [ColumnRequest("d", as: .timestamp(.iso8601))])
        expect(reader.failure("d\n2024-02-30\n"), "t.csv:2:", "expected a time such as", "'2024-02-30'")
    }

    @Test func badRowsAreSkippedUpToALimit() throws {
        var patient = reader
        patient.maxBadRows = 3
        let text = "a,b\nx,1\ny\nz,oops\nw,2\n\"q\nr\",inf\nv,3\n"
        let table = try patient.read(text)
        #expect(table.values("a") == ["x", "w", "v"])
        #expect(table.badRowCount == 3)
        #expect((0..<3).map(table.line(ofRow:)) == [2, 5, 8])
        #expect(table.badRowExamples.map { String($0.prefix(8)) } == ["t.csv:3:", "t.csv:4:", "t.csv:6:"])
        #expect(table.categorical("a")?.dictionary.strings == ["x", "w", "v"])
        patient.maxBadRows = 2
        expect(patient.failure(text), "t.csv:6:", "2 bad rows before it")
        patient.maxBadRows = 9
        expect(patient.failure("a,b\nx\ny\n"), "all 2 rows are bad", "t.csv:2:")
    }

    @Test func damagedCompression() throws {
        let scratch = try ScratchDirectory()
        let rows = (0..<5000).map { "k\($0 &* 7919 % 1000),\($0)" }.joined(separator: "\n")
        let path = try scratch.write("a,b\n" + rows + "\n", to: "t.csv")
        try scratch.run("gzip", ["-k", path])
        #expect(try reader.read(path: path + ".gz").rowCount == 5000)
        let whole = Array(try Data(contentsOf: URL(fileURLWithPath: path + ".gz")))
        let truncated = try scratch.write(Array(whole.dropLast(whole.count / 2)), to: "short.csv.gz")
        var damaged = whole
        damaged[whole.count / 2] ^= 0x55
        damaged[whole.count / 2 + 1] ^= 0x55
        let corrupt = try scratch.write(damaged, to: "bad.csv.gz")
        expect(failure(truncated), "short.csv.gz", "truncated")
        expect(failure(corrupt), "bad.csv.gz", "corrupt")
        expect(failure(scratch.path + "/none.csv"), "none.csv", "No such file")
        expect(failure(scratch.path), "directory")
    }

    private func failure(_ path: String) -> String? {
        do {
            _ = try reader.read(path: path)
            return nil
        } catch {
            return "\(error)"
        }
    }
}
