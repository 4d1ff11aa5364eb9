import Foundation
import ModelSamples
import OCI
import TestSupport
import Testing
import ZooRegistry

@Suite struct ExchangeTests {
    let fixture = ModelFixture()
    let registry: ModelRegistry
    let digest: Digest

    init() throws {
        registry = try fixture.registry()
        digest = try registry.publish(directory: fixture.makeModel("shop"), as: "shop:1").digest
    }

    private func run(_ program: String, _ arguments: String...) throws -> String {
        try Program.run(program, arguments, in: fixture.root)
    }

    @Test(arguments: ["model.tar", "model.tar.zst"])
    func exportedFileImportsWithTheSameDigest(_ name: String) throws {
        let path = "\(fixture.root)/\(name)"
        try registry.export(registry.resolve("shop"), to: path)
        let other = try ModelRegistry(home: "\(fixture.root)/other", bundledPath: nil)
        #expect(try other.importArchive(path).map(\.digest) == [digest])
        #expect(try other.resolve("shop:1").descriptor.digest == digest)
        #expect(throws: RegistryError.self) { try registry.export(registry.resolve("shop"), to: path) }
    }

    @Test func skopeoReadsOurArchiveAndWeReadItsOwn() throws {
        try registry.export(registry.resolve("shop"), to: "\(fixture.root)/model.tar")
        _ = try run("skopeo", "copy", "-q", "oci-archive:model.tar", "oci:layout:shop:9")
        #expect(try LayoutStore.open(at: "\(fixture.root)/layout").resolve("shop:9").digest == digest)
        _ = try run("skopeo", "copy", "-q", "oci:home:shop:1", "oci-archive:theirs.tar:shop:2")
        #expect(try registry.importArchive("\(fixture.root)/theirs.tar").map(\.digest) == [digest])
        #expect(try run("umoci", "ls", "--layout", "home").contains("shop:2"))
        let names = try run("bsdtar", "-tf", "model.tar").split(separator: "\n").map(String.init)
        #expect(names.contains("blobs/sha256/\(digest.hex)"))
        // Only root may make what is not listed, as skopeo would.
        #expect(names.contains("blobs/") && names.contains("blobs/sha256/"), "\(names)")
    }

    @Test func whatIsWrongInsideNamesTheArchive() throws {
        let layout = "\(fixture.root)/layout"
        _ = try run("skopeo", "copy", "-q", "oci:home:shop:1", "oci:layout:shop:1")
        let blob = "\(layout)/blobs/sha256/\(digest.hex)"
        try (Data(contentsOf: URL(fileURLWithPath: blob)) + [0x20]).write(to: URL(fileURLWithPath: blob))
        _ = try run("bsdtar", "-cf", "damaged.tar", "-C", "layout", ".")
        let path = "\(fixture.root)/damaged.tar"
        let error = #expect(throws: RegistryError.self) { try registry.importArchive(path) }
        #expect(error?.description.hasPrefix("\(path): content in blobs/sha256/\(digest.hex)") == true)
        #expect(error?.exitCode == 65)
    }

    @Test func truncatedArchiveIsRefused() throws {
        let path = "\(fixture.root)/model.tar"
        try registry.export(registry.resolve("shop"), to: path)
        let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        try bytes.prefix(bytes.count / 2).write(to: URL(fileURLWithPath: path))
        #expect(throws: (any Error).self) { try registry.importArchive(path) }
        #expect(try registry.entries().count == 1)
    }
}
