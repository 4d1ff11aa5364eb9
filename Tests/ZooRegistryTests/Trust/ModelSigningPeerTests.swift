import Foundation
import ModelSamples
import OCI
import Testing
import ZooRegistry

/// The `model-signing` package of OpenSSF, both ways, offline.
@Suite struct ModelSigningPeerTests {
    let fixture: ModelFixture
    let directory: String

    init() throws {
        fixture = ModelFixture()
        let registry = try fixture.registry()
        try registry.publish(directory: fixture.makeModel("shop"), as: "shop:1")
        directory = "\(fixture.root)/out"
        try registry.unpack("shop:1", into: directory)
    }

    /// Runs `model_signing`; returns what it printed.
    private func run(_ arguments: String..., succeeds: Bool = true) throws -> String {
        try python(["-m", "model_signing"] + arguments, succeeds: succeeds)
    }

    /// Runs the Python of the environment that `scripts/bootstrap test` makes; returns what it printed.
    private func python(_ arguments: [String], succeeds: Bool = true) throws -> String {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let process = Process()
        process.executableURL = root.appendingPathComponent(".build/test-venv/bin/python")
        process.arguments = arguments
        process.currentDirectoryURL = URL(fileURLWithPath: fixture.root)
        let output = Pipe()
        (process.standardOutput, process.standardError) = (output, output)
        try process.run()
        let printed = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        try #require((process.terminationStatus == 0) == succeeds, "\(printed) (scripts/bootstrap test installs it)")
        return printed
    }

    private func path(_ name: String) -> String { "\(fixture.root)/\(name)" }

    @Test(arguments: [KeyAlgorithm.ecdsaP256, .ecdsaP384, .ecdsaP521])
    func itVerifiesWhatWeSigned(_ algorithm: KeyAlgorithm) throws {
        let registry = try fixture.registry()
        let key = SigningKey(algorithm)
        try key.write(to: path("key"))
        let signing = try registry.sign(registry.resolve("shop:1"), with: key)
        try Data(signing.bundle).write(to: URL(fileURLWithPath: path("shop.sig")))
        let verify = ["verify", "key", "out", "--public_key", "key.pub", "--signature", "shop.sig"]
        #expect(
            try run(verify[0], verify[1], verify[2], verify[3], verify[4], verify[5], verify[6]).contains("succeeded")
        )
        try fixture.write("changed", to: "out/card.md")
        let printed = try run(
            verify[0],
            verify[1],
            verify[2],
            verify[3],
            verify[4],
            verify[5],
            verify[6],
            succeeds: false
        )
        #expect(printed.contains("Hash mismatch for 'card.md'"))
    }

    /// It leaves git's files out when it verifies, whatever was signed.
    @Test func itVerifiesADirectoryThatGitKeeps() throws {
        let key = SigningKey(.ecdsaP256)
        try key.write(to: path("key"))
        try fixture.write("x", to: "out/.git/config")
        try fixture.write("x", to: "out/.gitignore")
        try fixture.write("x", to: "out/cafe\u{301}")
        try fixture.write("y", to: "out/caf\u{e9}")
        let signing = try ModelRegistry.sign(directory: directory, with: key)
        #expect(signing.ignored == [".git", ".gitignore"])
        try Data(signing.bundle).write(to: URL(fileURLWithPath: path("shop.sig")))
        let printed = try run("verify", "key", "out", "--public_key", "key.pub", "--signature", "shop.sig")
        #expect(printed.contains("succeeded"))
    }

    @Test(arguments: [KeyAlgorithm.ecdsaP256, .ecdsaP384, .ecdsaP521])
    func weVerifyWhatItSigned(_ algorithm: KeyAlgorithm) throws {
        let key = SigningKey(algorithm)
        try key.write(to: path("key"))
        // Git's files are ignored and said to be; its own signature lies inside.
        try fixture.write("x", to: "out/.git/config")
        _ = try run("sign", "key", "out", "--private_key", "key", "--signature", "out/model.sig")
        let outcome = try ModelRegistry.verify(
            directory: directory,
            signature: path("out/model.sig"),
            keys: [key.verificationKey]
        )
        #expect(outcome.files == 7)
        #expect(Set(outcome.ignored).isSuperset(of: [".git", ".gitignore"]))
        #expect(throws: RegistryError.self) {
            try ModelRegistry.verify(
                directory: directory,
                signature: path("out/model.sig"),
                keys: [SigningKey(algorithm).verificationKey]
            )
        }
        let registry = try fixture.registry()
        let artifact = try registry.artifact(registry.resolve("shop:1"))
        #expect(
            try ModelRegistry.verify(artifact, signature: path("out/model.sig"), keys: [key.verificationKey])
                == key.verificationKey
        )
        try fixture.write("changed", to: "out/heads/click/head.json")
        #expect(throws: RegistryError.self) {
            try ModelRegistry.verify(
                directory: directory,
                signature: path("out/model.sig"),
                keys: [key.verificationKey]
            )
        }
    }

    @Test func weFindTheSameDigestsAsIt() throws {
        try fixture.write("deep", to: "tree/a/b/c/d")
        try fixture.write("", to: "tree/a/empty")
        try fixture.write("x", to: "tree/a-b/x")
        try fixture.write("ü", to: "tree/a b/ü.txt")
        let key = SigningKey(.ecdsaP256)
        try key.write(to: path("key"))
        _ = try run("sign", "key", "tree", "--private_key", "key", "--signature", "theirs.sig", "--no-ignore-git-paths")
        let ours = try ModelRegistry.sign(directory: path("tree"), with: key)
        let theirs = try Data(contentsOf: URL(fileURLWithPath: path("theirs.sig")))
        func statement(_ bundle: [UInt8]) throws -> ModelStatement {
            try ModelStatement(parsing: SignatureBundle(parsing: bundle, what: "it").envelope.payload, what: "it")
        }
        #expect(try statement(ours.bundle) == statement([UInt8](theirs)))
    }

    /// The in-toto project's own types, which refuse members that the formats do not have.
    @Test func provenanceIsWhatOtherToolsRead() throws {
        let registry = try fixture.registry()
        let digest = try registry.resolve("shop:1").descriptor.digest
        let store = try registry.ownStore()
        let referrer = try #require(
            try store.referrers(of: digest, artifactType: "application/vnd.in-toto+json").first
        )
        let layer = try store.manifest(referrer).layers[0]
        let script = """
            import sys
            from google.protobuf import json_format
            from in_toto_attestation.v1 import statement_pb2
            from in_toto_attestation.predicates.provenance.v1 import provenance_pb2
            statement = json_format.Parse(open(sys.argv[1]).read(), statement_pb2.Statement())
            provenance = provenance_pb2.Provenance()
            json_format.Parse(json_format.MessageToJson(statement.predicate), provenance)
            print(statement.subject[0].digest["sha256"], provenance.run_details.builder.version["zoo"])
            """
        let printed = try python(["-c", script, store.blobPath(layer.digest)])
        #expect(printed == "\(digest.hex) 0.1.0\n")
    }
}
