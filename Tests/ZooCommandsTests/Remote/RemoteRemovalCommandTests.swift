import Foundation
import ModelSamples
import RegistryPeer
import Testing

/// `zoo rm HOST/NAME:TAG` as a user types it.
struct RemoteRemovalCommandTests {
    let store = ToyStore()

    @Test func aModelIsRemovedFromARegistry() throws {
        let server = try ZooServer(root: "\(store.models.root)/served")
        let zoo = store.zoo()
        try store.publishPair()
        try zoo("push again:1 \(server.host)").check()
        let planned = try zoo("rm -n \(server.host)/again:1")
        #expect(planned.output == "would remove \(server.host)/again:1 with 1 signature or statement\n", "\(planned)")
        try zoo("yank again:1 --reason old").check()
        try zoo("push again:1 \(server.host)").check()
        let both = try zoo("rm -n \(server.host)/again:1")
        #expect(both.output == "would remove \(server.host)/again:1 with 2 signatures or statements\n", "\(both)")
        let base = try zoo("rm \(server.host)/shop:1")
        #expect(base.status == 65 && base.isOneLineError && base.errors.contains("--force"), "\(base)")
        let removed = try zoo("rm \(server.host)/again:1 --format json")
        #expect(removed.status == 0 && removed.output.contains("\"referrers\" : 2"), "\(removed)")
        #expect(try zoo("pull \(server.host)/again:1").status == 66)
        #expect(try zoo("rm \(server.host)/again:1").status == 66)
        #expect(try zoo("rm \(server.host)/shop").status == 64)
        #expect(try zoo("rm \(server.host)/shop:1 --offline").status == 66)
        // The local models of these names are still there.
        #expect(try zoo("list -q").words == ["again:1", "shop:1"])
        #expect(try zoo("rm -n again:1").output == "would remove again:1\n")
        #expect(try zoo("list -q").words == ["again:1", "shop:1"])
    }

    @Test func aRegistryThatForbidsItIsNamed() throws {
        let docker = try DockerRegistry(directory: "\(store.models.root)/docker", allowsDeletion: false)
        let zoo = store.zoo()
        try store.publishPair()
        try zoo("push again:1 \(docker.host)").check()
        let outcome = try zoo("rm \(docker.host)/again:1")
        #expect(outcome.status == 74 && outcome.isOneLineError, "\(outcome)")
        #expect(outcome.errors.contains("\(docker.host) does not allow"), "\(outcome)")
        #expect(outcome.errors.contains("REGISTRY_STORAGE_DELETE_ENABLED"), "\(outcome)")
        try zoo("pull \(docker.host)/again:1").check()
    }
}
