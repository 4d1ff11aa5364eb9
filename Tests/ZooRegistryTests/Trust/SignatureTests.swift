import Foundation
import ModelSamples
import OCI
import Testing
import ZooRegistry

/// What a signature promises: these files, this model, this key; and what an attacker may try.
@Suite struct SignatureTests {
    let fixture: ModelFixture
    let registry: ModelRegistry
    let key = SigningKey(.ecdsaP256)
    let entry: ModelRegistry.Entry

    init() throws {
        fixture = ModelFixture()
        registry = try fixture.registry()
        try registry.publish(directory: fixture.makeModel("shop"), as: "shop:1")
        entry = try registry.resolve("shop:1")
    }

    private var artifact: ModelArtifact { get throws { try registry.artifact(entry) } }

    private func keys(_ keys: SigningKey...) -> [VerificationKey] { keys.map(\.verificationKey) }

    /// Attaches any bytes to a model as its signature, as somebody with the right to write can.
    private func attach(_ bundle: [UInt8], to subject: Descriptor) throws {
        let store = try registry.ownStore()
        let lease = try store.lease()
        let config = try lease.put(Array("{}".utf8), mediaType: MediaType.empty)
        let layer = try lease.put(bundle, mediaType: SignatureBundle.mediaType)
        let manifest = Manifest(
            artifactType: SignatureBundle.mediaType,
            config: config,
            layers: [layer],
            subject: Descriptor(mediaType: subject.mediaType, digest: subject.digest, size: subject.size)
        )
        try store.attach([lease.put(manifest)])
        lease.end()
    }

    private func signature(of name: String, by key: SigningKey) throws -> [UInt8] {
        try registry.sign(registry.resolve(name), with: key, attach: false).bundle
    }

    @Test(arguments: [KeyAlgorithm.ecdsaP256, .ecdsaP384, .ecdsaP521, .ed25519])
    func aSignatureHoldsForItsKeyAlone(_ algorithm: KeyAlgorithm) throws {
        let key = SigningKey(algorithm)
        let signing = try registry.sign(entry, with: key)
        #expect(signing.isNew)
        #expect(signing.files == 7)
        #expect(try registry.requireSignature(of: artifact, by: keys(key), name: "it") == key.verificationKey)
        let other = SigningKey(algorithm)
        let error = #expect(throws: RegistryError.self) {
            try registry.requireSignature(of: artifact, by: keys(other), name: "shop:1")
        }
        #expect(error?.code == .untrusted)
        #expect(error?.message.contains("another key") == true)
        #expect(throws: Never.self) { try registry.requireSignature(of: artifact, by: keys(other, key), name: "it") }
    }

    @Test func signingTwiceKeepsTheFirst() throws {
        let first = try registry.sign(entry, with: key)
        let second = try registry.sign(entry, with: key)
        #expect(!second.isNew)
        #expect(second.digest == first.digest)
        #expect(second.bundle == first.bundle)
    }

    @Test func anUnsignedModelIsRefused() throws {
        let error = #expect(throws: RegistryError.self) {
            try registry.requireSignature(of: artifact, by: keys(key), name: "shop:1")
        }
        #expect(error?.message.contains("has no signature") == true)
        #expect(error?.exitCode == 65)
    }

    @Test func aSignatureOfAnotherModelDoesNotCount() throws {
        try registry.publish(directory: fixture.makeModel("other", head: 3), as: "other:1")
        try attach(signature(of: "other:1", by: key), to: entry.descriptor)
        let checks = try registry.checkSignatures(of: artifact, keys: keys(key))
        #expect(checks.map(\.key) == [nil])
        #expect(checks.first?.problem?.contains("other content") == true)
    }

    @Test func aStatementThatNamesAnotherManifestDoesNotCount() throws {
        let files = try artifact.fileDigests()
        let other = try #require(Digest(.sha256, hex: String(repeating: "a", count: 64)))
        for (manifest, holds) in [(other, false), (entry.descriptor.digest, true), (nil, true)] as [(Digest?, Bool)] {
            let statement = ModelStatement(name: "shop", files: files, manifest: manifest)
            let envelope = try Envelope(
                signing: statement.canonicalBytes,
                type: "application/vnd.in-toto+json",
                with: key
            )
            let bundle = SignatureBundle(keyIdentifier: nil, envelope: envelope).canonicalBytes
            let path = "\(fixture.root)/detached"
            try Data(bundle).write(to: URL(fileURLWithPath: path))
            let key = try? ModelRegistry.verify(artifact, signature: path, keys: keys(key))
            #expect((key != nil) == holds)
        }
    }

    @Test func everyChangeOfTheStatementIsNoticed() throws {
        let bundle = try SignatureBundle(parsing: signature(of: "shop:1", by: key), what: "it")
        let text = String(decoding: bundle.envelope.payload, as: UTF8.self)
        let changes = [
            text.replacingOccurrences(of: "zoo.json", with: "zoo.jsom"),
            text.replacingOccurrences(of: #""name":"shop""#, with: #""name":"shoq""#),
            text.replacingOccurrences(of: "sha256", with: "sha512"), text + " ", String(text.dropLast()), "",
        ]
        for change in changes {
            var forged = bundle
            forged.envelope.payload = Array(change.utf8)
            #expect(forged != bundle)
            try attach(forged.canonicalBytes, to: entry.descriptor)
        }
        var forged = bundle
        forged.envelope.payloadType = "application/json"
        try attach(forged.canonicalBytes, to: entry.descriptor)
        forged = bundle
        forged.envelope.signature = []
        try attach(forged.canonicalBytes, to: entry.descriptor)
        let checks = try registry.checkSignatures(of: artifact, keys: keys(key))
        #expect(checks.count == changes.count + 2)
        #expect(checks.allSatisfy { $0.key == nil && $0.problem != nil })
        // Forgeries beside it do not take a true signature's force.
        try registry.sign(entry, with: key)
        #expect(throws: Never.self) { try registry.requireSignature(of: artifact, by: keys(key), name: "it") }
    }

    @Test func aSignatureOfAnotherKindOfStatementDoesNotCount() throws {
        let payload =
            #"{"_type":"https://in-toto.io/Statement/v1","subject":[{"name":"shop","digest":{"sha256":"\#(entry.descriptor.digest.hex)"}}],"predicateType":"https://slsa.dev/provenance/v1","predicate":{}}"#
        let envelope = try Envelope(signing: Array(payload.utf8), type: "application/vnd.in-toto+json", with: key)
        let bundle = SignatureBundle(keyIdentifier: key.verificationKey.identifier, envelope: envelope)
        try attach(bundle.canonicalBytes, to: entry.descriptor)
        let checks = try registry.checkSignatures(of: artifact, keys: keys(key))
        #expect(checks.first?.key == nil)
        #expect(checks.first?.problem?.contains("not a model") == true)
    }

    @Test func aReferrerThatTheIndexSwapsToAnotherModelDoesNotCount() throws {
        // Same files under another manifest cannot be had; so swap what the index says the signature is about.
        try registry.publish(directory: fixture.makeModel("other", head: 3), as: "other:1")
        try registry.sign(registry.resolve("other:1"), with: key)
        let index = URL(fileURLWithPath: "\(fixture.root)/home/index.json")
        let other = try registry.resolve("other:1").descriptor.digest
        let text = String(decoding: try Data(contentsOf: index), as: UTF8.self)
        let swapped = text.replacingOccurrences(
            of: #""dev.zoo.subject":"\#(other)""#,
            with: #""dev.zoo.subject":"\#(entry.descriptor.digest)""#
        )
        #expect(swapped != text)
        try Data(swapped.utf8).write(to: index)
        let checks = try registry.checkSignatures(of: artifact, keys: keys(key))
        #expect(checks.count == 1)
        #expect(checks.allSatisfy { $0.key == nil })
    }

    @Test func aDirectoryIsCheckedFileByFile() throws {
        let directory = "\(fixture.root)/out"
        try registry.unpack("shop:1", into: directory)
        let path = "\(fixture.root)/shop.sig"
        try Data(signature(of: "shop:1", by: key)).write(to: URL(fileURLWithPath: path))
        func verify() throws -> Int {
            try ModelRegistry.verify(directory: directory, signature: path, keys: keys(key)).files
        }
        func problem() -> String? {
            do { return try "ok: \(verify())" } catch { return "\(error)" }
        }
        #expect(try verify() == 7)
        let card = URL(fileURLWithPath: "\(directory)/card.md")
        let original = try Data(contentsOf: card)
        try Data("changed".utf8).write(to: card)
        #expect(problem()?.contains("card.md changed") == true)
        try FileManager.default.removeItem(at: card)
        #expect(problem()?.contains("card.md missing") == true)
        try FileManager.default.createSymbolicLink(atPath: card.path, withDestinationPath: "zoo.json")
        #expect(problem()?.contains("no regular file") == true)
        try FileManager.default.removeItem(at: card)
        try original.write(to: card)
        #expect(try verify() == 7)
        try fixture.write("x", to: "out/extra/.hidden")
        #expect(problem()?.contains("extra/.hidden not signed") == true)
    }

    /// The file system tells two spellings of é apart, and two names that are not UTF-8.
    @Test func namesThatLookAlikeAreNotTheSame() throws {
        let directory = try fixture.makeModel("accent")
        try fixture.write("signed", to: "accent/\u{e9}")
        let path = "\(fixture.root)/accent.sig"
        try Data(ModelRegistry.sign(directory: directory, with: key).bundle).write(to: URL(fileURLWithPath: path))
        func problem() -> String? {
            do {
                _ = try ModelRegistry.verify(directory: directory, signature: path, keys: keys(key))
                return nil
            } catch { return "\(error)" }
        }
        #expect(problem() == nil)
        try fixture.write("not signed", to: "accent/e\u{301}")
        #expect(problem()?.contains("e\u{301} not signed") == true)
        try Data(ModelRegistry.sign(directory: directory, with: key).bundle).write(to: URL(fileURLWithPath: path))
        #expect(problem() == nil)
        try fixture.write("signed", to: "accent/e\u{301}")
        #expect(problem()?.contains("changed") == true)
    }

    @Test func aNameThatIsNotUTF8IsRefused() throws {
        let directory = try fixture.makeModel("bytes")
        try fixture.write("x", to: "bytes/a\u{fffd}")
        let file = open(directory + "/a", O_WRONLY | O_CREAT, 0o644)
        close(file)
        let raw: [CChar] = Array((directory + "/a").utf8CString.dropLast()) + [CChar(bitPattern: 0xff), 0]
        try #require(rename(directory + "/a", raw) == 0)
        let error = #expect(throws: RegistryError.self) { try ModelRegistry.sign(directory: directory, with: key) }
        #expect(error?.message.contains("is not UTF-8") == true)
    }

    @Test func aSignatureInsideTheDirectoryIsNotAPartOfIt() throws {
        let directory = try fixture.makeModel("plain")
        let path = "\(directory)/model.sig"
        let inside = try #require(PathInside.path(path, inside: directory))
        let signing = try ModelRegistry.sign(directory: directory, ignoring: [inside], with: key)
        try Data(signing.bundle).write(to: URL(fileURLWithPath: path))
        let outcome = try ModelRegistry.verify(directory: directory, signature: path, keys: keys(key))
        #expect(outcome.files == 7)
        #expect(outcome.ignored == ["model.sig"])
        #expect(PathInside.path("\(fixture.root)/elsewhere", inside: directory) == nil)
    }

    @Test func signaturesTravelWithTheModel() throws {
        try registry.sign(entry, with: key)
        try registry.export(entry, to: "\(fixture.root)/shop.tar")
        let imported = try ModelRegistry(home: "\(fixture.root)/imported", bundledPath: nil)
        _ = try imported.importArchive("\(fixture.root)/shop.tar")
        let pulled = try ModelRegistry(home: "\(fixture.root)/pulled", bundledPath: "\(fixture.root)/home")
        try pulled.pull(pulled.resolve("shop:1"))
        for other in [imported, pulled] {
            let artifact = try other.artifact(other.resolve("shop:1"))
            #expect(artifact.store.path == other.home)
            #expect(throws: Never.self) { try other.requireSignature(of: artifact, by: keys(key), name: "it") }
            #expect(try other.ownStore().collectGarbage().blobs.isEmpty)
            #expect(try other.verify().problems.isEmpty)
            #expect(try other.ownStore().referrers(of: artifact.digest).count == 2)
        }
    }

    @Test func damageOfASignatureIsFound() throws {
        let digest = try #require(try registry.sign(entry, with: key).digest)
        let store = try registry.ownStore()
        let layer = try store.manifest(store.resolve(digest)).layers[0].digest
        try Data("{}".utf8).write(to: URL(fileURLWithPath: store.blobPath(layer)))
        #expect(try registry.verify("shop:1").problems.count == 1)
        #expect(try registry.verify().problems.map(\.digest) == [layer])
        #expect(throws: RegistryError.self) { try registry.requireSignature(of: artifact, by: keys(key), name: "it") }
    }
}
