import Foundation
import ModelSamples
import OCI
import OCIClient
import RegistryPeer
import Testing
import ZooRegistry

/// Listings of Docker's registry, whole, in part, and where something in it is broken.
@Suite struct RemoteCatalogTests {
    let fixture = ModelFixture()
    let registry: ModelRegistry
    let docker: DockerRegistry

    init() throws {
        registry = try fixture.registry()
        docker = try DockerRegistry(directory: "\(fixture.root)/docker")
    }

    /// Pushes an encoder to team/shop:1, and a fine-tune of it to team/again:1; gives their digests.
    @discardableResult
    private func push() async throws -> (base: Digest, head: Digest) {
        let pair = try registry.publishPair(fixture)
        let target = try docker.reference("team/again:1")
        _ = try await docker.session { try await registry.push(registry.resolve("again:1"), to: target, $0) }
        return pair
    }

    @Test func catalogListsWhatThereIs() async throws {
        let (base, head) = try await push()
        try await docker.session { session in
            let all = try await session.catalog(RemotePlace(docker.host))
            #expect(all.map(\.reference.repository) == ["team/again", "team/shop"])
            #expect(all.map(\.digest) == [head, base])
            #expect(all.map(\.summary.kind) == ["head", "encoder"])
            #expect(all[0].summary.tasks == ["again"])
            let query = ModelQuery(words: ["AGAIN", "shop"])
            #expect(all.filter { query.matches($0.reference.description, $0.summary) }.count == 1)
            let none = try await session.catalog(RemotePlace("\(docker.host)/nobody"))
            #expect(none.isEmpty)
        }
    }

    @Test func aBrokenModelHidesNoOther() async throws {
        let (base, head) = try await push()
        let path = "\(fixture.root)/docker/data/docker/registry/v2/blobs/sha256/\(base.hex.prefix(2))/\(base.hex)/data"
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let changed = text.replacingOccurrences(of: "heads/", with: "haeds/")
        try #require(changed != text)
        try Data(changed.utf8).write(to: URL(fileURLWithPath: path))
        try await docker.session { session in
            var faults: [ClientError] = []
            let found = try await session.catalog(RemotePlace(docker.host)) { faults = $0 }
            #expect(found.map(\.digest) == [head])
            #expect(faults.map(\.code) == [.damaged])
            await #expect(throws: ClientError.self, "where there is nothing else") {
                try await session.catalog(RemotePlace("\(docker.host)/team/shop"))
            }
        }
    }

    @Test func aRepositoryWithoutItsTagsHidesNoOther() async throws {
        let (_, head) = try await push()
        let tags = "\(fixture.root)/docker/data/docker/registry/v2/repositories/team/shop/_manifests/tags"
        try FileManager.default.removeItem(atPath: tags)
        try Data().write(to: URL(fileURLWithPath: tags))
        try await docker.session { session in
            var faults: [ClientError] = []
            let found = try await session.catalog(RemotePlace(docker.host)) { faults = $0 }
            #expect(found.map(\.digest) == [head])
            #expect(faults.map(\.code) == [.unavailable])
        }
    }

    /// A proxy that passes on some repositories, and no catalogue.
    @Test func ofARegistryThatListsNothingTheNamedRepositoryIsListed() async throws {
        try await push()
        let proxy = try NginxProxy(
            directory: "\(fixture.root)/nginx",
            upstream: docker.host,
            headers: NginxProxy.original
        )
        var configuration = RemoteConfiguration()
        configuration.authorities[proxy.host] = proxy.certificate
        try await docker.session(configuration) { session in
            let found = try await session.catalog(RemotePlace("\(proxy.host)/hub/team/again"))
            #expect(found.map(\.reference.description) == ["\(proxy.host)/hub/team/again:1"])
            for place in ["", "/hub/team", "/hub/nobody"] {
                let error = await #expect(throws: RegistryError.self) {
                    try await session.catalog(RemotePlace(proxy.host + place))
                }
                #expect(error?.code == .notFound)
            }
        }
        let named = try await docker.session { try await $0.catalog(RemotePlace("\(docker.host)/team/again")) }
        #expect(named.map(\.reference.tag) == ["1"], "where there is a catalogue, too")
    }
}
