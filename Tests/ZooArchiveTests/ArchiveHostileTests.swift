import Foundation
import TestSupport
import Testing
import ZooArchive

/// Every way to lie in a tar archive is an error, and nothing lands outside the directory.
@Suite struct ArchiveHostileTests {
    /// A tar archive made by hand, since honest writers make no such thing.
    struct RawTar {
        var bytes: [UInt8] = []

        mutating func add(
            _ name: String,
            type: Character = "0",
            link: String = "",
            size: String? = nil,
            content: [UInt8] = [],
            mode: String = "0000644"
        ) {
            var header = [UInt8](repeating: 0, count: 512)
            func put(_ text: String, _ offset: Int) {
                header.replaceSubrange(offset..<offset + text.utf8.count, with: text.utf8)
            }
            put(name, 0)
            put(mode, 100)
            put("0000000", 108)
            put("0000000", 116)
            put(size ?? String(content.count, radix: 8).leftPadded(11), 124)
            put("00000000000", 136)
            put("        ", 148)
            put(String(type), 156)
            put(link, 157)
            put("ustar\u{0}00", 257)
            let sum = header.reduce(0) { $0 + Int($1) }
            put(String(sum, radix: 8).leftPadded(6) + "\0 ", 148)
            bytes += header + content + [UInt8](repeating: 0, count: (512 - content.count % 512) % 512)
        }

        /// A pax header, which overrides the next entry's; `records` are `key=value`.
        mutating func addPax(_ records: String..., type: Character = "x") {
            let lines = records.map { record in
                var length = record.utf8.count + 3
                while "\(length) \(record)\n".utf8.count != length { length += 1 }
                return "\(length) \(record)\n"
            }
            add("pax", type: type, content: Array(lines.joined().utf8))
        }

        var closed: [UInt8] { bytes + [UInt8](repeating: 0, count: 1024) }
    }

    struct Attack: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let archive: [UInt8]
        let reason: String

        init(_ name: String, reason: String, _ build: (inout RawTar) -> Void) {
            var tar = RawTar()
            build(&tar)
            testDescription = name
            archive = tar.closed
            self.reason = reason
        }
    }

    static let attacks: [Attack] = [
        Attack("absolute path", reason: "safe path") { $0.add("/tmp/zoo-evil", content: [1]) },
        Attack("parent", reason: "safe path") { $0.add("../evil", content: [1]) },
        Attack("parent inside", reason: "safe path") { $0.add("a/../../evil", content: [1]) },
        Attack("parent at the end", reason: "safe path") { $0.add("a/..", type: "5") },
        Attack("control character", reason: "safe path") { $0.add("a\u{1b}[2J", content: [1]) },
        Attack("symbolic link", reason: "link") { $0.add("a", type: "2", link: "/etc/passwd") },
        Attack("symbolic link to a directory, then a file in it", reason: "link") {
            $0.add("d", type: "2", link: "/tmp")
            $0.add("d/zoo-evil", content: [1])
        },
        Attack("hard link", reason: "link") {
            $0.add("a", content: [1])
            $0.add("b", type: "1", link: "a")
        },
        Attack("character device", reason: "neither") { $0.add("a", type: "3") },
        Attack("block device", reason: "neither") { $0.add("a", type: "4") },
        Attack("fifo", reason: "neither") { $0.add("a", type: "6") },
        Attack("sparse file", reason: "sparse") {
            $0.addPax("GNU.sparse.major=0", "GNU.sparse.minor=1", "GNU.sparse.size=1048576", "GNU.sparse.map=0,1")
            $0.add("a", content: [1])
        },
        Attack("parent in a pax header", reason: "safe path") {
            $0.addPax("path=../evil")
            $0.add("a", content: [1])
        },
        Attack("absolute path in a GNU long name", reason: "safe path") {
            $0.add("././@LongLink", type: "L", content: Array("/tmp/zoo-evil\0".utf8))
            $0.add("a", content: [1])
        },
        Attack("link in a pax header", reason: "link") {
            $0.addPax("linkpath=/etc/passwd")
            $0.add("a", type: "2", link: "b")
        },
        Attack("path too long", reason: "safe path") {
            $0.addPax("path=" + String(repeating: "a/", count: 600) + "b")
            $0.add("a", content: [1])
        },
        Attack("component too long", reason: "safe path") {
            $0.addPax("path=" + String(repeating: "a", count: 256))
            $0.add("a", content: [1])
        },
        Attack("name with a control character", reason: "safe path") {
            $0.addPax("hdrcharset=BINARY", "path=a\u{1}")
            $0.add("a", content: [1])
        },
        Attack("size in a pax header past every limit", reason: "corrupt archive") {
            $0.addPax("size=9223372036854775807")
            $0.add("a", content: [1])
        },
        Attack("negative size", reason: "corrupt archive") {
            $0.addPax("size=-1")
            $0.add("a", content: [1])
        },
        Attack("same name twice", reason: "twice") {
            $0.add("a", content: [1])
            $0.add("a", content: [2])
        },
        Attack("same name written otherwise", reason: "twice") {
            $0.add("d/a", content: [1])
            $0.add("./d//a", content: [2])
        },
        Attack("file, then directory of that name", reason: "twice") {
            $0.add("a", content: [1])
            $0.add("a/", type: "5")
        },
        Attack("no name", reason: "name") { $0.add("", content: [1]) },
        Attack("root as a file", reason: "has content") { $0.add("./", type: "0", content: [1]) },
        Attack("content cut", reason: "truncated") { $0.add("a", size: "00000100000", content: [1]) },
        Attack("size past the limit", reason: "past") { $0.add("a", size: "77777777777", content: [1]) },
    ]

    @Test(arguments: attacks) func attackIsRefused(_ attack: Attack) throws {
        let directory = TemporaryDirectory()
        let path = try directory.write(attack.archive, to: "evil.tar")
        let target = directory.path("inner/out")
        try FileManager.default.createDirectory(atPath: target, withIntermediateDirectories: true)
        let error = #expect(throws: ArchiveError.self) {
            try ArchiveReader(path: path, limits: ArchiveLimits(bytes: 1 << 20)).extract(into: target)
        }
        #expect(error?.message.contains(attack.reason) == true, "\(error?.message ?? "")")
        #expect(error?.message.contains(path) == true)
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path("inner")) == ["out"])
        #expect(!FileManager.default.fileExists(atPath: "/tmp/zoo-evil"))
    }

    @Test func setuidBitsAreDropped() throws {
        let directory = TemporaryDirectory()
        var tar = RawTar()
        tar.add("a", content: [1], mode: "0006755")
        let path = try directory.write(tar.closed, to: "a.tar")
        try ArchiveReader(path: path).extract(into: directory.root)
        let attributes = try FileManager.default.attributesOfItem(atPath: directory.path("a"))
        #expect((attributes[.posixPermissions] as? Int).map { $0 & 0o7000 } == 0)
    }

    @Test func nothingThatExistsIsReplacedOrFollowed() throws {
        let directory = TemporaryDirectory()
        let outside = directory.path("outside")
        try FileManager.default.createDirectory(atPath: outside, withIntermediateDirectories: true)
        let target = directory.path("out")
        try FileManager.default.createDirectory(atPath: target, withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(atPath: target + "/d", withDestinationPath: outside)
        for name in ["d/a", "d"] {
            var tar = RawTar()
            tar.add(name, content: [1])
            let reader = try ArchiveReader(tar.closed, name: "memory")
            #expect(throws: (any Error).self) { try reader.extract(into: target) }
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: outside).isEmpty)
    }

    @Test func aFileIsNoDirectory() throws {
        let directory = TemporaryDirectory()
        var tar = RawTar()
        tar.add("a", content: [1])
        tar.add("a/b", content: [2])
        #expect(throws: (any Error).self) { try ArchiveReader(tar.closed, name: "m").extract(into: directory.root) }
        #expect(try directory.read("a") == [1])
    }

    @Test func entriesAreCounted() throws {
        var tar = RawTar()
        for index in 0..<11 { tar.add("f\(index)", content: []) }
        let bytes = tar.closed
        #expect(throws: ArchiveError.self) {
            try ArchiveReader(bytes, name: "m", limits: ArchiveLimits(entries: 10)).forEach { _, _ in }
        }
        #expect(throws: Never.self) {
            try ArchiveReader(bytes, name: "m", limits: ArchiveLimits(entries: 11)).forEach { _, _ in }
        }
    }

    @Test func bombsAreRefused() throws {
        let bomb = try ArchiveTests.archive([("zeros", [UInt8](repeating: 0, count: 32 << 20))], .zstd)
        let error = #expect(throws: ArchiveError.self) {
            try ArchiveReader(bomb, name: "bomb", limits: ArchiveLimits(ratio: 100, ratioFreeBytes: 1 << 20))
                .forEach { _, _ in }
        }
        #expect(error?.code == .refused)
        #expect(throws: ArchiveError.self) {
            try ArchiveReader(bomb, name: "bomb", limits: ArchiveLimits(bytes: 1 << 20)).forEach { _, _ in }
        }
    }

    @Test(arguments: [ArchiveWriter.Compression.none, .zstd])
    func cutArchivesAreRefused(compression: ArchiveWriter.Compression) throws {
        let archive = try ArchiveTests.archive(
            [("a", (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 7) })],
            compression
        )
        for size in [10, 100, 600, archive.count / 3, archive.count / 2] {
            #expect(throws: ArchiveError.self, "cut at \(size)") {
                try ArchiveReader(Array(archive[..<size]), name: "cut").forEach { _, _ in }
            }
        }
    }

    @Test func whatIsNoArchiveIsRefused() throws {
        for bytes in [[], [1, 2, 3], Array("PK\u{3}\u{4} a zip".utf8), [UInt8](repeating: 7, count: 4096)] {
            #expect(throws: ArchiveError.self) { try ArchiveReader(bytes, name: "junk").forEach { _, _ in } }
        }
    }
}
