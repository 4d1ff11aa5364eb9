import TestSupport
import Testing
import ZooFiles

@Suite struct FileLocationTests {
    @Test(arguments: [
        ("a", ".", "a"), ("a/b", "a", "b"), ("/a", "/", "a"), ("/a/b/", "/a", "b"), ("a//", ".", "a"), ("/", "/", ""),
        ("", ".", ""), ("./ä/é.txt", "./ä", "é.txt"),
    ])
    func pathsAreCutBeforeTheLastName(path: String, parent: String, name: String) {
        #expect(FileLocation(path).directory == parent)
        #expect(FileLocation(path).name == name)
    }
}

@Suite struct AtomicFileTests {
    let directory = TemporaryDirectory()

    @Test func aFailureNamesTheFileThatWasWanted() throws {
        let path = directory.path(String(repeating: "a", count: 300))
        do {
            _ = try AtomicFile(path)
            Issue.record("a name longer than any file system takes")
        } catch let error as FileError {
            #expect(error.path == path)
            #expect(error.exitCode == 74)
        }
    }

    @Test func nothingIsSeenBeforeTheCommit() throws {
        try directory.write("old", to: "file")
        do {
            var file = try AtomicFile(directory.path("file"))
            try file.write(Array("new".utf8))
            #expect(try directory.read("file") == Array("old".utf8))
            try file.commit()
        }
        #expect(try directory.read("file") == Array("new".utf8))
        do {
            let file = try AtomicFile(directory.path("file"))
            try file.write(Array("never".utf8))
        }
        #expect(try directory.read("file") == Array("new".utf8))
        #expect(try directory.names(in: ".") == ["file"])
    }

    @Test func aMissingDirectoryIsNamed() {
        let error = #expect(throws: FileError.self) { try AtomicFile.write([], to: directory.path("no/file")) }
        #expect(error?.exitCode == 66)
        #expect(error?.description.contains(directory.path("no")) == true)
    }
}
