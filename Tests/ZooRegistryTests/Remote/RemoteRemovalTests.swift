import Foundation
import ModelSamples
import OCI
import OCIClient
import RegistryPeer
import Testing
import ZooRegistry

/// Removing models from registries: with the referrers API and without, where deletion is allowed and where it is not.
@Suite struct RemoteRemovalTests {
    enum Peer: CaseIterable {
        case docker, zooServe
    }

    let fixture = ModelFixture()
    let registry: ModelRegistry

    init() throws {
        registry = try fixture.registry()
        try registry.publishPair(fixture)
        try registry.sign(registry.resolve("again:1"), with: SigningKey(.ecdsaP256))
    }

    private func start(_ peer: Peer) throws -> any RegistryAtHand {
        switch peer {
        case .docker: try DockerRegistry(directory: "\(fixture.root)/docker")
        case .zooServe: try ZooServer(root: "\(fixture.root)/served")
        }
    }

    private var head: Digest { get throws { try registry.resolve("again:1").descriptor.digest } }

    private func push(_ name: String, to peer: any RegistryAtHand, as target: String? = nil) async throws {
        let target = try peer.reference(target ?? name)
        _ = try await peer.session { try await registry.push(registry.resolve(name), to: target, $0) }
    }

    @discardableResult
    private func remove(
        _ name: String,
        at peer: any RegistryAtHand,
        force: Bool = false,
        dryRun: Bool = false
    ) async throws -> RemoteRemoval {
        let reference = try peer.reference(name)
        return try await peer.session { try await $0.remove(reference, force: force, dryRun: dryRun) }
    }

    /// Tags of a repository, and whether it has the head and how many refer to it.
    private func state(
        _ peer: any RegistryAtHand,
        _ repository: String = "again"
    ) async throws -> (tags: [String], isThere: Bool, referrers: Int) {
        let head = try head
        return try await peer.session { session in
            let client = try session.client(peer.host)
            return (
                try await client.tags(repository) ?? [],
                try await client.hasManifest(repository, head),
                try await client.referrers(repository, of: head).count
            )
        }
    }

    @Test(arguments: Peer.allCases)
    func aModelGoesWithWhatIsSaidAboutIt(_ peer: Peer) async throws {
        let peer = try start(peer)
        try await push("again:1", to: peer)
        let head = try head
        let referrers = try await peer.session { try await $0.client(peer.host).referrers("again", of: head) }
        #expect(referrers.count == 2, "provenance and a signature")

        let planned = try await remove("again:1", at: peer, dryRun: true)
        #expect(planned.referrers == 2 && planned.digest == head && planned.tags == ["1"])
        #expect(try await state(peer).isThere)
        #expect(try await state(peer).referrers == 2)

        let removal = try await remove("again:1", at: peer)
        #expect(removal.referrers == 2 && removal.remaining.isEmpty)
        let after = try await state(peer)
        #expect(after.tags.isEmpty && !after.isThere && after.referrers == 0, "\(after)")
        for referrer in referrers {
            let isThere = try await peer.session {
                try await $0.client(peer.host).hasManifest("again", referrer.digest)
            }
            #expect(!isThere, "\(referrer)")
        }
        let error = await #expect(throws: RegistryError.self) { try await remove("again:1", at: peer) }
        #expect(error?.code == .notFound)

        // Its base, in another repository, is as it was; and it can come back.
        let shop = try peer.reference("shop:1")
        let other = try ModelRegistry(home: "\(fixture.root)/other", bundledPath: nil)
        _ = try await peer.session { try await other.pull(shop, $0) }
        try await push("again:1", to: peer)
        #expect(try await state(peer).referrers == 2)
    }

    @Test func oneTagOfSeveralGoesAloneWhereTheRegistryCanDoThat() async throws {
        let peer = try start(.zooServe)
        try await push("again:1", to: peer)
        try await push("again:1", to: peer, as: "again:2")
        let removal = try await remove("again:1", at: peer)
        #expect(removal.tags == ["1"] && removal.remaining == ["2"] && removal.referrers == 0)
        let after = try await state(peer)
        #expect(after.tags == ["2"] && after.isThere && after.referrers == 2)
    }

    @Test func aRegistryThatKnowsNoTagsAloneIsNotAskedForMoreThanThat() async throws {
        let peer = try start(.docker)
        try await push("again:1", to: peer)
        try await push("again:1", to: peer, as: "again:2")
        let head = try head
        let error = await #expect(throws: RegistryError.self) { try await remove("again:1", at: peer) }
        #expect(error?.code == .conflict)
        #expect(error?.message.contains("\(peer.host)/again@\(head)") == true, "\(String(describing: error))")
        #expect(try await state(peer).isThere)
        let removal = try await remove("again@\(head)", at: peer)
        #expect(removal.tags == ["1", "2"] && removal.referrers == 2)
        #expect(try await state(peer).tags.isEmpty)
    }

    @Test(arguments: Peer.allCases)
    func whatOthersAreBuiltOnStays(_ peer: Peer) async throws {
        let peer = try start(peer)
        try await push("again:1", to: peer, as: "team/again:1")
        let error = await #expect(throws: RegistryError.self) { try await remove("team/shop:1", at: peer) }
        #expect(error?.code == .conflict)
        #expect(error?.message.contains("\(peer.host)/team/again:1") == true)
        try await remove("team/shop:1", at: peer, force: true)
        #expect(try await state(peer, "team/shop").tags.isEmpty)
    }

    @Test func whereDeletionIsForbiddenNothingIsLost() async throws {
        let docker = try DockerRegistry(directory: "\(fixture.root)/docker", allowsDeletion: false)
        try await push("again:1", to: docker)
        do {
            let server = try ZooServer(root: "\(fixture.root)/served")
            try await push("again:1", to: server)
        }
        let readOnly = try ZooServer(root: "\(fixture.root)/served", arguments: ["--read-only"])
        for peer in [docker, readOnly] as [any RegistryAtHand] {
            let error = await #expect(throws: ClientError.self) { try await remove("again:1", at: peer) }
            #expect(error?.code == .denied)
            #expect(error?.message.contains("does not allow") == true, "\(String(describing: error))")
            let after = try await state(peer)
            #expect(after.isThere && after.referrers == 2)
        }
    }

    @Test(arguments: Peer.allCases)
    func anInterruptedRemovalIsFinishedByTheDigest(_ peer: Peer) async throws {
        let peer = try start(peer)
        try await push("again:1", to: peer)
        let head = try head
        _ = try await peer.session { try await $0.client(peer.host).deleteManifest("again", head.description) }
        #expect(try await state(peer).referrers == 2)
        #expect(try await remove("again@\(head)", at: peer).referrers == 2)
        #expect(try await state(peer).referrers == 0)
    }

    @Test func aTagMustBeNamedAndMustMeanTheDigest() async throws {
        let peer = try start(.zooServe)
        try await push("again:1", to: peer)
        let nameless = await #expect(throws: RegistryError.self) { try await remove("again", at: peer) }
        #expect(nameless?.code == .usage)
        let moved = await #expect(throws: RegistryError.self) {
            try await remove("again:1@\(Digest.of([1]))", at: peer)
        }
        #expect(moved?.code == .conflict)
        #expect(try await state(peer).isThere)
    }
}
