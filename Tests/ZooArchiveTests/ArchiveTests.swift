import Foundation
import TestSupport
import Testing
import ZooArchive

@Suite struct ArchiveTests {
    let directory = TemporaryDirectory()

    /// An archive of files and directories (paths that end in a slash).
    static func archive(
        _ files: [(String, [UInt8])],
        _ compression: ArchiveWriter.Compression = .none,
        step: Int = 1 << 20
    ) throws -> [UInt8] {
        var archive: [UInt8] = []
        let writer = try ArchiveWriter(compression) { archive.append(contentsOf: $0) }
        for (path, content) in files {
            if path.hasSuffix("/") {
                try writer.addDirectory(String(path.dropLast()))
                continue
            }
            try writer.addFile(path, size: content.count) { sink in
                for start in stride(from: 0, to: content.count, by: step) {
                    try content[start..<min(start + step, content.count)].withUnsafeBytes { try sink($0) }
                }
            }
        }
        try writer.finish()
        return archive
    }

    static let files: [(String, [UInt8])] = [
        ("a.json", Array("{}".utf8)), ("dir/", []), ("dir/empty", []),
        ("dir/ключ é.bin", (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }),
        ("dir/" + String(repeating: "long/", count: 60) + "name", [1, 2, 3]),
    ]

    @Test(arguments: [ArchiveWriter.Compression.none, .zstd])
    func whatIsWrittenIsRead(compression: ArchiveWriter.Compression) throws {
        let path = try directory.write(Self.archive(Self.files, compression), to: "a.tar")
        let target = directory.path("out")
        try FileManager.default.createDirectory(atPath: target, withIntermediateDirectories: true)
        let files = try ArchiveReader(path: path).extract(into: target)
        #expect(files == Self.files.map(\.0).filter { !$0.hasSuffix("/") })
        for (name, content) in Self.files where !name.hasSuffix("/") {
            #expect(try Array(Data(contentsOf: URL(fileURLWithPath: "\(target)/\(name)"))) == content)
        }
    }

    @Test(arguments: [ArchiveWriter.Compression.none, .zstd])
    func bytesDependOnContentAlone(compression: ArchiveWriter.Compression) throws {
        let once = try Self.archive(Self.files, compression)
        usleep(1_100_000)
        #expect(try Self.archive(Self.files, compression, step: 4099) == once)
    }

    @Test func theFormNeverChanges() throws {
        let archive = try Self.archive([("a", [65])])
        #expect(archive.count == 2048)
        #expect(archive[..<512].reduce(0) { $0 &* 31 &+ UInt64($1) } == Self.headerOfA)
    }

    /// A ustar header: name, mode 0644, zero owners and time, size 1.
    static var headerOfA: UInt64 {
        var header = [UInt8](repeating: 0, count: 512)
        func put(_ text: String, _ offset: Int) {
            header.replaceSubrange(offset..<offset + text.utf8.count, with: text.utf8)
        }
        put("a", 0)
        put("000644 \0", 100)
        put("000000 \0", 108)
        put("000000 \0", 116)
        put("00000000001 ", 124)
        put("00000000000 ", 136)
        put("        ", 148)
        put("0", 156)
        put("ustar\u{0}00", 257)
        put("000000 \0", 329)
        put("000000 \0", 337)
        let sum = header.reduce(0) { $0 + Int($1) }
        put(String(sum, radix: 8).leftPadded(6) + "\0 ", 148)
        return header.reduce(0) { $0 &* 31 &+ UInt64($1) }
    }

    @Test func theSinksErrorComesOut() throws {
        struct Full: Error {}
        let writer = try ArchiveWriter { _ in throw Full() }
        #expect(throws: Full.self) {
            try writer.addFile("a", size: 4 << 20) { sink in
                try [UInt8](repeating: 1, count: 4 << 20).withUnsafeBytes { try sink($0) }
            }
            try writer.finish()
        }
    }

    @Test func pathsThatNoReaderWouldTakeAreNotWritten() throws {
        for path in ["", "/a", "../a", "a/../b", "./a", "a//b", "a\nb", String(repeating: "x", count: 2000)] {
            #expect(throws: ArchiveError.self) { _ = try Self.archive([(path, [])]) }
        }
        #expect(throws: ArchiveError.self) { _ = try Self.archive([("a", []), ("a", [])]) }
    }
}

extension String {
    func leftPadded(_ width: Int) -> String { String(repeating: "0", count: max(0, width - count)) + self }
}
