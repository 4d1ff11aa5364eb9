import Foundation
import Testing
import ZooModel
import ZooTraining

@Suite struct TableCacheTests {
    private let requests = [
        ColumnRequest("a", as: .categorical), ColumnRequest("b", as: .numeric),
        ColumnRequest("a", as: .bag(separator: "1")), ColumnRequest("z", as: .text, isRequired: false),
    ]
    private let text = "a,b\n" + (0..<3000).map { "v\($0 % 211),\($0)" }.joined(separator: "\n") + "\n"

    private func reader(_ scratch: ScratchDirectory) -> TableReader {
        var reader = TableReader(format: .csv, columns: requests)
        reader.cacheDirectory = scratch.path + "/cache"
        return reader
    }

    private func cachedTables(_ scratch: ScratchDirectory) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: scratch.path + "/cache").filter { $0.hasSuffix(".table") }
    }

    private func isSame(_ left: Table, _ right: Table) -> Bool {
        left.values("a") == right.values("a") && left.digest == right.digest && left.rowCount == right.rowCount
            && left.numeric("b").map { Array($0.values) } == right.numeric("b").map { Array($0.values) }
            && left.lists(requests[2]) == right.lists(requests[2]) && left.line(ofRow: 99) == right.line(ofRow: 99)
            && left.sourceColumns == right.sourceColumns
    }

    @Test func withoutACacheTheDigestIsComputedWhenAskedFor() throws {
        let scratch = try ScratchDirectory()
        let path = try scratch.write(text, to: "t.csv")
        let expected = try reader(scratch).read(path: path).digest
        let plain = TableReader(format: .csv, columns: requests)
        #expect(try plain.read(path: path).digest == expected)
        let table = try plain.read(path: path)
        _ = try scratch.write(text + "x,1\n", to: "t.csv")
        #expect(table.digest == nil)
    }

    @Test func theSecondReadIsMapped() throws {
        let scratch = try ScratchDirectory()
        let path = try scratch.write(text, to: "t.csv")
        let first = try reader(scratch).read(path: path)
        let second = try reader(scratch).read(path: path)
        #expect(!first.isCached && second.isCached)
        #expect(isSame(first, second))
        #expect(first.digest?.hasPrefix("sha256:") == true && first.digest?.count == 71)
        #expect(isSame(first, try reader(scratch).read(bytes: Array(text.utf8), name: "t")))
    }

    @Test func otherContentOrOptionsAreReadAnew() throws {
        let scratch = try ScratchDirectory()
        let path = try scratch.write(text, to: "t.csv")
        _ = try reader(scratch).read(path: path)
        var other = reader(scratch)
        other.format.missingMarkers = ["v1"]
        let withMarker = try other.read(path: path)
        #expect(!withMarker.isCached && withMarker.values("a")[1] == nil)
        _ = try scratch.write(text.replacingOccurrences(of: "v7,", with: "w7,"), to: "t.csv")
        let changed = try reader(scratch).read(path: path)
        #expect(!changed.isCached && changed.values("a")[7] == "w7")
        #expect(try cachedTables(scratch).count == 3)
    }

    @Test func aDamagedCacheIsRebuilt() throws {
        let scratch = try ScratchDirectory()
        let path = try scratch.write(text, to: "t.csv")
        let first = try reader(scratch).read(path: path)
        let name = try #require(try cachedTables(scratch).first)
        let file = URL(fileURLWithPath: "\(scratch.path)/cache/\(name)")
        let whole = try Data(contentsOf: file)
        for position in [0, 9, 30, 60, 100, whole.count / 2, whole.count - 200] {
            var damaged = whole
            damaged[position] ^= 0x10
            try damaged.write(to: file)
            let table = try reader(scratch).read(path: path)
            #expect(!table.isCached, "byte \(position)")
            #expect(isSame(first, table))
        }
        for length in [0, 10, 64, whole.count - 1] {
            try whole.prefix(length).write(to: file)
            #expect(try !reader(scratch).read(path: path).isCached)
        }
        #expect(try reader(scratch).read(path: path).isCached)
    }

    @Test func aCacheThatCannotBeWrittenIsDoneWithout() throws {
        let scratch = try ScratchDirectory()
        let path = try scratch.write(text, to: "t.csv")
        var reader = reader(scratch)
        reader.cacheDirectory = path + "/not-a-directory"
        #expect(try reader.read(path: path).rowCount == 3000)
    }

    @Test func compressedFilesAreReadAndCached() throws {
        let scratch = try ScratchDirectory()
        let path = try scratch.write(text, to: "t.csv")
        let plain = try reader(scratch).read(path: path)
        for (program, suffix) in [("gzip", "gz"), ("zstd", "zst"), ("xz", "xz")] {
            try scratch.run(program, program == "zstd" ? ["-q", "-k", path] : ["-k", path])
            let table = try reader(scratch).read(path: "\(path).\(suffix)")
            #expect(table.values("a") == plain.values("a"))
            #expect(table.digest != plain.digest)
            #expect(try reader(scratch).read(path: "\(path).\(suffix)").isCached)
        }
    }
}
