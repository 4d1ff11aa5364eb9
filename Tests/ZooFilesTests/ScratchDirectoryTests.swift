import Foundation
import TestSupport
import Testing
import ZooFiles

@Suite struct ScratchDirectoryTests {
    let directory = TemporaryDirectory()

    @Test func itGoesWithItsValue() throws {
        do {
            let scratch = try ScratchDirectory(in: directory.root)
            try FileManager.default.createDirectory(atPath: scratch.path + "/a/b", withIntermediateDirectories: true)
            try directory.write("x", to: "outside")
            try FileManager.default.createSymbolicLink(
                atPath: scratch.path + "/a/link",
                withDestinationPath: directory.path("outside")
            )
            #expect(try directory.names(in: ".").count == 2)
        }
        #expect(try directory.names(in: ".") == ["outside"])
    }

    @Test func itMovesToItsPlaceAsAWhole() throws {
        do {
            var scratch = try ScratchDirectory(in: directory.root)
            try Data("x".utf8).write(to: URL(fileURLWithPath: scratch.path + "/file"))
            try scratch.move(to: "place")
        }
        #expect(try directory.names(in: ".") == ["place"])
        #expect(try directory.read("place/file") == [UInt8(ascii: "x")])
        var other = try ScratchDirectory(in: directory.root)
        let error = #expect(throws: FileError.self) { try other.move(to: "place") }
        #expect(error?.code == .alreadyExists)
    }

    @Test func onlyWhatNobodyHoldsIsAbandoned() throws {
        let held = try ScratchDirectory(in: directory.root)
        for name in ["run-1-dead/deep", "other-2-dead", "run"] {
            try FileManager.default.createDirectory(atPath: directory.path(name), withIntermediateDirectories: true)
        }
        #expect(try ScratchDirectory.removeAbandoned(in: directory.root, dryRun: true) == 1)
        #expect(FileManager.default.fileExists(atPath: directory.path("run-1-dead/deep")))
        let second = try ScratchDirectory(in: directory.root)
        #expect(!FileManager.default.fileExists(atPath: directory.path("run-1-dead")))
        for kept in [held.path, second.path, directory.path("other-2-dead"), directory.path("run")] {
            #expect(FileManager.default.fileExists(atPath: kept))
        }
    }
}
