import Foundation
import ModelSamples
import OCI
import RegistryPeer
import Testing
import ZooRegistry

/// Signatures, words against a model and admission, by way of Docker's registry, which has no referrers API.
@Suite struct RemoteTrustTests {
    let fixture = ModelFixture()
    let registry: ModelRegistry
    let docker: DockerRegistry
    let key = SigningKey(.ecdsaP256)

    init() throws {
        registry = try fixture.registry()
        docker = try DockerRegistry(directory: "\(fixture.root)/docker")
        let base = try registry.publish(directory: fixture.makeModel("shop"), as: "shop:1").digest
        let pinned = ModelDocument.Base(reference: "shop:1", digest: base.description)
        try registry.publish(directory: fixture.makeModel("again", task: "again", base: pinned), as: "again:1")
    }

    private func other() throws -> ModelRegistry { try ModelRegistry(home: "\(fixture.root)/other", bundledPath: nil) }

    @discardableResult
    private func push(_ name: String) async throws -> RemotePush {
        let target = try docker.reference(name)
        return try await docker.session { try await registry.push(registry.resolve(name), to: target, $0) }
    }

    @discardableResult
    private func pull(
        _ name: String,
        into other: ModelRegistry,
        _ admission: RemoteAdmission = .open
    ) async throws -> RemotePull {
        let reference = try docker.reference(name)
        return try await docker.session { try await other.pull(reference, $0, admission: admission) }
    }

    @Test func whatIsSaidAboutAModelTravelsWithIt() async throws {
        try registry.sign(registry.resolve("shop:1"), with: key)
        try await push("shop:1")
        let other = try other()
        try await pull("shop:1", into: other)
        let artifact = try other.artifact(other.resolve("shop:1"))
        #expect(
            try other.requireSignature(of: artifact, by: [key.verificationKey], name: "it") == key.verificationKey
        )
        #expect(try other.verify().problems.isEmpty)

        try registry.yank(registry.resolve("shop:1"), reason: "leaked labels")
        let again = try await push("shop:1")
        #expect(again.layers.isEmpty && again.sent > 0, "the model is there, what is said about it is new")
        #expect(try await push("shop:1").sent == 0)
        #expect(try await pull("shop:1", into: other).fetched > 0)
        #expect(try other.yankEvents(of: artifact.digest).standing?.reason == "leaked labels")
        #expect(try await pull("shop:1", into: other).fetched == 0)
    }

    @Test func theTagOfStatementsIsNoModel() async throws {
        try await push("shop:1")
        let only = try docker.reference("shop")
        let pull = try await docker.session { try await other().pull(only, $0) }
        #expect(pull.reference == "shop:1")
        let listed = try await docker.session { try await $0.catalog(RemotePlace(docker.host)) }
        #expect(listed.map(\.reference.tag) == ["1"])
    }

    @Test func whatIsRefusedGetsNoTagAndNoDirectory() async throws {
        struct Refused: Error {}
        let closed = RemoteAdmission(needsSignature: false) { _ in throw Refused() }
        try await push("again:1")
        let other = try other()
        await #expect(throws: Refused.self) { try await pull("again:1", into: other, closed) }
        #expect(try other.entries().isEmpty)
        let directory = "\(fixture.root)/refused"
        let reference = try docker.reference("again:1")
        await #expect(throws: Refused.self) {
            _ = try await docker.session {
                try await other.pull(.all, of: reference, $0, into: directory, admission: closed)
            }
        }
        #expect(!FileManager.default.fileExists(atPath: directory))
        try await pull("again:1", into: other)
        await #expect(throws: Refused.self, "a model that is there is judged again") {
            try await pull("again:1", into: other, closed)
        }
    }

    @Test func aPartIsJudgedByTheWholeModelWhereASignatureIsDemanded() async throws {
        try registry.sign(registry.resolve("shop:1"), with: key)
        try await push("shop:1")
        let other = try other()
        let keys = [key.verificationKey]
        let reference = try docker.reference("shop:1")
        let admission = RemoteAdmission(needsSignature: true) { entry in
            #expect(entry.registry == reference.registry)
            try other.requireSignature(of: other.artifact(entry), by: keys, name: "it")
        }
        let directory = "\(fixture.root)/part"
        _ = try await docker.session {
            try await other.pull(
                ModelSelection(hasWeights: false),
                of: reference,
                $0,
                into: directory,
                admission: admission
            )
        }
        #expect(FileManager.default.fileExists(atPath: "\(directory)/encoder/schema.yaml"))
        #expect(!FileManager.default.fileExists(atPath: "\(directory)/encoder/weights.safetensors"))
    }
}
