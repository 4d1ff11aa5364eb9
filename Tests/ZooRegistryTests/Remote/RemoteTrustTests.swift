import Foundation
import ModelSamples
import OCI
import RegistryPeer
import Synchronization
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
        try registry.publishPair(fixture)
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

    /// A yank of a base concerns what is built on it: for who has the model, gets it, or gets a part of it.
    @Test func whatIsSaidAboutABaseIsHeard() async throws {
        try await push("again:1")
        let other = try other()
        try await pull("again:1", into: other)
        try registry.yank(registry.resolve("shop:1"), reason: "leaked labels")
        try await push("shop:1")
        let heard = Mutex<[String]>([])
        func listening(_ registry: ModelRegistry) -> RemoteAdmission {
            RemoteAdmission(needsSignature: false) { entry, bases in
                let artifact = try registry.artifact(entry)
                let warnings = try registry.yankWarnings(of: artifact, name: "it", bases: bases)
                heard.withLock { $0 += warnings.map(\.event.reason) }
            }
        }
        try await pull("again:1", into: other, listening(other))
        #expect(heard.withLock { $0 } == ["leaked labels"], "it had the model")
        let fresh = try ModelRegistry(home: "\(fixture.root)/fresh", bundledPath: nil)
        try await pull("again:1", into: fresh, listening(fresh))
        #expect(heard.withLock { $0.count } == 2, "it got the model")
        // Its bundled zoo has the base.
        let bundled = try ModelRegistry(home: "\(fixture.root)/third", bundledPath: "\(fixture.root)/home")
        try await pull("again:1", into: bundled, listening(bundled))
        #expect(heard.withLock { $0.count } == 3, "it had the base")
        let empty = try ModelRegistry(home: "\(fixture.root)/empty", bundledPath: nil)
        let reference = try docker.reference("again:1")
        _ = try await docker.session {
            try await empty.pull(
                ModelSelection(hasWeights: false),
                of: reference,
                $0,
                into: "\(fixture.root)/part",
                admission: listening(empty)
            )
        }
        #expect(heard.withLock { $0.count } == 4, "it got a part")
    }

    /// The base has no tag yet when the model is judged, and of a part of the model it is not fetched.
    @Test func licencesOfBasesCountAtTheFirstPull() async throws {
        for (name, licence, base) in [("strict", "CC-BY-NC-4.0", nil), ("tuned", "MIT", "strict:1")] {
            let pinned = try base.map {
                ModelDocument.Base(reference: $0, digest: "\(try registry.resolve($0).descriptor.digest)")
            }
            let directory = try fixture.makeModel(name, base: pinned)
            var document = try ModelDirectory(directory).document()
            document.licences = [licence]
            try ModelDirectory.write(document, into: directory)
            try registry.publish(directory: directory, as: "\(name):1")
        }
        try await push("tuned:1")
        let other = try other()
        try fixture.write("licences: [MIT]\n", to: "other/policy.yaml")
        let policy = try #require(try Policy.read(home: other.home))
        let admission = RemoteAdmission(needsSignature: false) { entry, bases in
            try other.check(entry, against: policy, name: "it", bases: bases)
        }
        let reference = try docker.reference("tuned:1")
        let part = ModelSelection(hasWeights: false)
        let directory = "\(fixture.root)/part"
        for pull in [
            { _ = try await other.pull(part, of: reference, $0, into: directory, admission: admission) },
            { _ = try await other.pull(reference, $0, withBases: false, admission: admission) },
            { _ = try await other.pull(reference, $0, admission: admission) },
        ] as [(RemoteSession) async throws -> Void] {
            let error = await #expect(throws: RegistryError.self) {
                try await docker.session { try await pull($0) }
            }
            #expect(
                error?.message.contains("base strict:1 is under CC-BY-NC-4.0") == true,
                "\(String(describing: error))"
            )
            #expect(try other.entries().isEmpty && !FileManager.default.fileExists(atPath: directory))
        }
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
        let closed = RemoteAdmission(needsSignature: false) { _, _ in throw Refused() }
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
        let admission = RemoteAdmission(needsSignature: true) { entry, _ in
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
