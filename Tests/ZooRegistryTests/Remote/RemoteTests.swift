import Foundation
import ModelSamples
import OCI
import OCIClient
import RegistryPeer
import Safetensors
import Testing
import ZooRegistry

/// Models to and from Docker's registry.
@Suite struct RemoteTests {
    let fixture: ModelFixture
    let registry: ModelRegistry
    let docker: DockerRegistry

    init() throws {
        fixture = ModelFixture()
        registry = try fixture.registry()
        docker = try DockerRegistry(directory: "\(fixture.root)/docker")
    }

    @discardableResult
    private func publish() throws -> (base: Digest, head: Digest) { try registry.publishPair(fixture) }

    private func other(_ name: String = "other") throws -> ModelRegistry {
        try ModelRegistry(home: "\(fixture.root)/\(name)", bundledPath: nil)
    }

    private func push(_ name: String, to target: String, move: Bool = false, withBases: Bool = true) async throws
        -> RemotePush
    {
        let target = try docker.reference(target)
        return try await docker.session { session in
            try await registry.push(
                registry.resolve(name),
                to: target,
                session,
                move: move,
                withBases: withBases
            )
        }
    }

    private func pull(_ reference: String, into registry: ModelRegistry, withBases: Bool = true) async throws
        -> RemotePull
    {
        let reference = try docker.reference(reference)
        return try await docker.session { try await registry.pull(reference, $0, withBases: withBases) }
    }

    @Test func modelGoesThereAndBackToTheByte() async throws {
        let (base, _) = try publish()
        let push = try await push("shop:1", to: "team/shop:1")
        #expect(push.digest == base)
        #expect(push.layers.allSatisfy { $0.outcome == .moved })
        let other = try other()
        let pull = try await pull("team/shop:1", into: other)
        #expect(pull.digest == base)
        #expect(pull.reference == "team/shop:1")
        #expect(pull.fetched == push.sent)
        let verification = try other.verify()
        #expect(verification.models == 1)
        #expect(verification.problems.isEmpty)
    }

    @Test func secondTimeThereIsNothingToDo() async throws {
        try publish()
        _ = try await push("shop:1", to: "shop:1")
        let again = try await push("shop:1", to: "shop:1")
        #expect(again.sent == 0 && again.layers.isEmpty)
        let other = try other()
        _ = try await pull("shop:1", into: other)
        #expect(try await pull("shop:1", into: other).fetched == 0)
    }

    @Test func fineTuneSendsItsHeadAlone() async throws {
        let (base, _) = try publish()
        _ = try await push("shop:1", to: "team/shop:1")
        let push = try await push("again:1", to: "team/again:1")
        let encoder = try #require(push.layers.first { $0.title == "encoder weights" })
        #expect(encoder.outcome == .mounted)
        #expect(push.mounted > encoder.size - 1)
        #expect(push.sent < encoder.size / 2, "\(push.sent) bytes were sent")
        #expect(push.bases.isEmpty)
        let other = try other()
        let pull = try await pull("team/again:1", into: other)
        #expect(pull.bases == ["shop:1"])
        #expect(try other.resolve("shop:1").descriptor.digest == base)
        #expect(try other.verify().problems.isEmpty)
    }

    @Test func baseGoesFirstOrIsAskedFor() async throws {
        let (base, _) = try publish()
        let error = await #expect(throws: RegistryError.self) {
            try await self.push("again:1", to: "team/again:1", withBases: false)
        }
        #expect(error?.code == .base)
        let push = try await self.push("again:1", to: "team/again:1")
        #expect(push.bases.map(\.description) == ["\(docker.host)/team/shop:1"])
        let resolved = try await docker.session { session in
            try await session.client(docker.host).resolve("team/shop", tag: "1")
        }
        #expect(resolved == base)
    }

    @Test func takenTagOfABaseIsLeftAlone() async throws {
        try publish()
        let stranger = try registry.publish(directory: fixture.makeModel("x", encoder: 9), as: "x:1").digest
        _ = try await push("x:1", to: "team/shop:1")
        _ = try await push("again:1", to: "team/again:1")
        let resolved = try await docker.session { session in
            try await session.client(docker.host).resolve("team/shop", tag: "1")
        }
        #expect(resolved == stranger)
        let other = try other()
        _ = try await pull("team/again:1", into: other)
        #expect(try other.verify().problems.isEmpty)
    }

    @Test func modelWorksWithoutABaseThatIsNowhere() async throws {
        try publish()
        _ = try await push("again:1", to: "again:1")
        try await docker.session { session in
            let client = try session.client(docker.host)
            let digest = try #require(try await client.resolve("shop", tag: "1"))
            let isGone = try await client.deleteManifest("shop", "\(digest)")
            let resolved = try await client.resolve("shop", tag: "1")
            #expect(isGone)
            #expect(resolved == nil)
        }
        let pull = try await pull("again:1", into: other())
        #expect(pull.missingBase == "shop:1")
        #expect(pull.bases.isEmpty)
    }

    @Test func tagsAreNotMovedUnasked() async throws {
        try publish()
        let second = try registry.publish(directory: fixture.makeModel("shop", head: 5), as: "shop:2").digest
        _ = try await push("shop:1", to: "shop:1")
        let error = await #expect(throws: RegistryError.self) { try await push("shop:2", to: "shop:1") }
        #expect(error?.code == .conflict)
        #expect(try await push("shop:2", to: "shop:1", move: true).digest == second)
        let other = try other()
        try other.publish(directory: fixture.makeModel("mine", head: 7), as: "shop:1")
        let mine = await #expect(throws: RegistryError.self) { try await pull("shop:1", into: other) }
        #expect(mine?.code == .conflict)
    }

    @Test func partsAreFetchedAlone() async throws {
        try publish()
        _ = try await push("again:1", to: "again:1")
        let other = try other()
        let reference = try docker.reference("again:1")
        let directory = "\(fixture.root)/part"
        let fetched = try await docker.session { session in
            try await other.pull(ModelSelection(hasWeights: false), of: reference, session, into: directory).fetched
        }
        let artifact = try registry.artifact(registry.resolve("again:1"))
        let weights = artifact.manifest.layers.filter { $0.mediaType.hasSuffix("weight.v1.tar") }
        #expect(fetched < weights.reduce(0) { $0 + $1.size })
        for layer in weights { #expect(try !other.ownStore().hasBlob(layer.digest)) }
        #expect(FileManager.default.fileExists(atPath: "\(directory)/encoder/schema.yaml"))
        #expect(!FileManager.default.fileExists(atPath: "\(directory)/encoder/weights.safetensors"))

        let bare = "\(fixture.root)/bare"
        try await docker.session { session in
            _ = try await other.pull(ModelSelection(heads: []), of: reference, session, into: bare)
        }
        let document = try ModelDirectory(bare).validate()
        #expect(document.tasks.isEmpty)
        #expect(document.modules.map(\.path) == ["encoder"])
        let head = try #require(weights.first { ($0.annotations["org.cncf.model.filepath"] ?? "").hasPrefix("heads/") })
        #expect(try !other.ownStore().hasBlob(head.digest))
        let error = await #expect(throws: RegistryError.self) {
            try await docker.session { session in
                _ = try await other.pull(
                    ModelSelection(heads: ["nope"]),
                    of: reference,
                    session,
                    into: "\(fixture.root)/n"
                )
            }
        }
        #expect(error?.message.contains("again") == true)
    }

    @Test func inspectionReadsHeadersOnly() async throws {
        try publish()
        _ = try await push("again:1", to: "again:1")
        let reference = try docker.reference("again:1")
        try await docker.session { session in
            let remote = try await session.inspect(reference)
            let tensors = try await remote.tensors()
            #expect(tensors["encoder"]?["encoder.0.weight"]?.shape == [4_000])
            for layer in remote.artifact.manifest.layers where layer.mediaType.hasSuffix("weight.v1.tar") {
                #expect(try !remote.artifact.store.hasBlob(layer.digest))
            }
            let local = try await InspectedModel(registry.artifact(registry.resolve("again:1"))).tensors()
            #expect(local == tensors)
            let base = InspectedModel(try registry.artifact(registry.resolve("shop:1")))
            let difference = try await base.difference(remote)
            #expect(difference.layers.first { $0.title == "encoder weights" }?.change == .same)
            #expect(difference.tensors.map(\.name).sorted() == ["heads/again/head.weight", "heads/click/head.weight"])
        }
    }

    @Test func passwordIsAskedForAndTaken() async throws {
        try publish()
        let locked = try DockerRegistry(directory: "\(fixture.root)/locked", withPassword: true)
        let target = try locked.reference("shop:1")
        let error = await #expect(throws: ClientError.self) {
            try await locked.session { try await registry.push(registry.resolve("shop:1"), to: target, $0) }
        }
        #expect(error?.code == .unauthorized)
        let credentials = FixedCredential(DockerRegistry.credential, for: locked.host)
        try await locked.session(credentials: credentials) { session in
            try await session.client(locked.host).check()
            _ = try await registry.push(registry.resolve("shop:1"), to: target, session)
            let pull = try await other().pull(target, session)
            #expect(pull.fetched > 0)
        }
    }

    @Test func referrersAreKeptUnderATag() async throws {
        try publish()
        let subject = try await push("shop:1", to: "shop:1").digest
        try await docker.session { session in
            let client = try session.client(docker.host)
            let empty = Array("{}".utf8)
            let config = Descriptor(mediaType: MediaType.empty, digest: .of(empty), size: empty.count)
            let path = "\(fixture.root)/empty"
            try Data(empty).write(to: URL(fileURLWithPath: path))
            _ = try await client.upload("shop", config, from: path)
            let manifest = Manifest(
                artifactType: "application/vnd.example.signature",
                config: config,
                layers: [config],
                subject: Descriptor(mediaType: MediaType.manifest, digest: subject, size: 1)
            ).canonicalBytes
            let descriptor = Descriptor(
                mediaType: MediaType.manifest,
                digest: .of(manifest),
                size: manifest.count,
                artifactType: "application/vnd.example.signature"
            )
            let before = try await client.referrers("shop", of: subject)
            // The provenance that came with the model.
            #expect(before.map(\.artifactType) == ["application/vnd.in-toto+json"])
            try await client.putReferrers([(manifest, descriptor)], of: subject, "shop")
            let after = try await client.referrers("shop", of: subject)
            #expect(Set(after.map(\.digest)) == Set(before.map(\.digest) + [descriptor.digest]))
            let tags = try await client.tags("shop")
            #expect(tags?.contains("sha256-\(subject.hex)") == true)
        }
    }

    @Test func skopeoCopiesWhatWePushed() async throws {
        let (_, head) = try publish()
        _ = try await push("again:1", to: "again:1")
        let layout = "\(fixture.root)/layout"
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [
            "skopeo", "copy", "--preserve-digests", "--src-tls-verify=false", "docker://\(docker.host)/again:1",
            "oci:\(layout):again:1",
        ]
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
        #expect(try LayoutStore.open(at: layout).resolve("again:1").digest == head)
    }

    @Test func manyPullsOfOneModelShareTheWork() async throws {
        try fixture.makeLargeModel("large", count: 3_000_000)
        try registry.publish(directory: "\(fixture.root)/large", as: "large:1")
        let sent = try await push("large:1", to: "large:1").sent
        let other = try other()
        let reference = try docker.reference("large:1")
        let pulls = try await docker.session { session in
            try await withThrowingTaskGroup(of: RemotePull.self) { group in
                for _ in 0..<6 { group.addTask { try await other.pull(reference, session) } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
        }
        #expect(Set(pulls.map(\.digest)).count == 1)
        // Small documents may be fetched by each, the weights only once.
        #expect(pulls.reduce(0) { $0 + $1.fetched } < sent + sent / 2)
        #expect(try other.verify().problems.isEmpty)
    }

    @Test func mirrorsComeFirstAndMayBeDown() async throws {
        let (base, _) = try publish()
        _ = try await push("shop:1", to: "shop:1")
        var configuration = RemoteConfiguration()
        configuration.mirrors["registry.example.com"] = ["127.0.0.1:1", docker.host]
        let reference = try #require(try RemoteReference("registry.example.com/shop:1", defaultRegistry: nil))
        let other = try other()
        let pull = try await docker.session(configuration) { try await other.pull(reference, $0) }
        #expect(pull.digest == base)
    }

    @Test func offlineOpensNothing() async throws {
        var configuration = RemoteConfiguration()
        configuration.isOffline = true
        let reference = try docker.reference("shop:1")
        let error = await #expect(throws: RegistryError.self) {
            try await docker.session(configuration) { try await registry.pull(reference, $0) }
        }
        #expect(error?.exitCode == 66)
    }

    @Test func nameAloneIsTheOnlyTag() async throws {
        let (base, _) = try publish()
        _ = try await push("shop:1", to: "shop:1")
        let other = try other()
        let pull = try await pull("shop", into: other)
        #expect(pull.digest == base)
        #expect(pull.reference == "shop:1")
        let byDigest = try await self.pull("shop@\(base)", into: self.other("third"))
        #expect(byDigest.reference == "shop:\(base.short)")
        let error = await #expect(throws: RegistryError.self) { try await self.pull("nothing", into: other) }
        #expect(error?.code == .notFound)
    }

    @Test func whatIsNoModelIsRefusedBeforeItIsFetched() async throws {
        try publish()
        try await docker.session { session in
            let client = try session.client(docker.host)
            let content = Array("{}".utf8)
            let path = "\(fixture.root)/content"
            try Data(content).write(to: URL(fileURLWithPath: path))
            let config = Descriptor(mediaType: MediaType.empty, digest: .of(content), size: 2)
            _ = try await client.upload("image", config, from: path)
            let manifest = Manifest(artifactType: "application/vnd.example", config: config, layers: [config])
            try await client.putManifest(manifest.canonicalBytes, mediaType: MediaType.manifest, "image", "1")
        }
        let error = await #expect(throws: RegistryError.self) { try await pull("image:1", into: other()) }
        #expect(error?.code == .invalid)
    }
}
