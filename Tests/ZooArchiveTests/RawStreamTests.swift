import Foundation
import TestSupport
import Testing
import ZooArchive
import ZooFiles

@Suite struct RawStreamTests {
    let directory = TemporaryDirectory()
    /// Text that compresses, but not to nothing.
    static let content: [UInt8] = (0..<100_000).flatMap { Array("\($0 &* 2_654_435_761 % 1_000_003),\($0)\n".utf8) }

    /// Compresses with the command-line program that users have.
    func compress(_ program: String, _ content: [UInt8]) throws -> String {
        let plain = try directory.write(content, to: "data-\(UUID().uuidString).csv")
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [program, "-q", "-c", plain]
        let packed = plain + "." + program
        _ = FileManager.default.createFile(atPath: packed, contents: nil)
        let handle = try #require(FileHandle(forWritingAtPath: packed))
        process.standardOutput = handle
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0, "\(program) is missing: apt-get install gzip zstd xz-utils bzip2")
        return packed
    }

    func readAll(_ path: String, step: Int = 100_003) throws -> [UInt8] {
        let stream = try RawStream(path: path)
        var content: [UInt8] = []
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: step, alignment: 1)
        defer { buffer.deallocate() }
        while true {
            let count = try stream.read(into: buffer)
            if count == 0 { return content }
            content.append(contentsOf: buffer[..<count])
        }
    }

    @Test(arguments: ["gzip", "zstd", "xz", "bzip2"]) func compressedFilesReadAsTheirContent(program: String) throws {
        let path = try compress(program, Self.content)
        #expect(try readAll(path) == Self.content)
        #expect(try readAll(try compress(program, [])).isEmpty)
        #expect(try readAll(try compress(program, [65])) == [65])
    }

    @Test func plainFilesReadAsTheyAre() throws {
        #expect(try readAll(try directory.write(Self.content, to: "plain")) == Self.content)
        #expect(try readAll(try directory.write([], to: "empty")).isEmpty)
        #expect(try readAll(try directory.write([0x1f], to: "one")) == [0x1f])
    }

    @Test func membersOneAfterAnotherReadAsOne() throws {
        let packed = try Array(Data(contentsOf: URL(fileURLWithPath: compress("gzip", [1, 2, 3]))))
        #expect(try readAll(directory.write(packed + packed, to: "two.gz")) == [1, 2, 3, 1, 2, 3])
    }

    @Test(arguments: ["gzip", "zstd", "xz", "bzip2"]) func truncatedFilesSaySo(program: String) throws {
        let packed = try Array(Data(contentsOf: URL(fileURLWithPath: compress(program, Self.content))))
        for size in [4, 5, 9, 17, packed.count / 3, packed.count / 2, packed.count - 1] {
            let path = try directory.write(Array(packed[..<size]), to: "cut-\(size).\(program)")
            let error = #expect(throws: ArchiveError.self, "\(program) cut at \(size)") { _ = try readAll(path) }
            #expect(error?.code == .truncated, "\(program) cut at \(size): \(error?.message ?? "")")
            #expect(error?.message.hasPrefix("\(path): truncated") == true)
        }
    }

    @Test(arguments: ["gzip", "zstd", "xz", "bzip2"]) func damagedFilesAreNeverReadAsGood(program: String) throws {
        var packed = try Array(Data(contentsOf: URL(fileURLWithPath: compress(program, Self.content))))
        for index in stride(from: packed.count / 2, to: packed.count / 2 + 64, by: 1) { packed[index] ^= 0x55 }
        let path = try directory.write(packed, to: "bad.\(program)")
        let error = #expect(throws: ArchiveError.self) { _ = try readAll(path) }
        #expect(error?.code == .corrupt)
    }

    @Test func bytesAfterAGzipStreamAreDamage() throws {
        let packed = try Array(Data(contentsOf: URL(fileURLWithPath: compress("gzip", [1, 2, 3]))))
        #expect(try readAll(directory.write(packed + [0, 0, 0], to: "padded.gz")) == [1, 2, 3])
        let path = try directory.write(packed + [7], to: "trailing.gz")
        #expect(throws: ArchiveError.self) { _ = try readAll(path) }
    }

    @Test func missingFilesAndDirectoriesSaySo() throws {
        let missing = #expect(throws: FileError.self) { try RawStream(path: directory.path("nothing")) }
        #expect(missing?.code == .notFound)
        #expect(throws: FileError.self) { try RawStream(path: directory.root) }
    }
}
