import Foundation
import ModelSamples
import OCI
import RegistryPeer
import Testing
import ZooRegistry

/// Where the base of a model in a name space goes and is looked for.
@Suite struct BasePlaceTests {
    @Test(arguments: ["", "hub/"]) func aBaseInTheSameNameSpaceLiesBesideItsModel(prefix: String) async throws {
        let fixture = ModelFixture()
        let registry = try fixture.registry()
        let docker = try DockerRegistry(directory: "\(fixture.root)/docker")
        let base = try registry.publish(directory: fixture.makeModel("shop"), as: "team/shop:1").digest
        let pinned = ModelDocument.Base(reference: "team/shop:1", digest: base.description)
        try registry.publish(directory: fixture.makeModel("again", task: "again", base: pinned), as: "team/again:1")
        let target = try docker.reference("\(prefix)team/again:1")
        let entry = try registry.resolve("team/again:1")
        let pushed = try await docker.session { try await registry.push(entry, to: target, $0) }
        #expect(pushed.bases.map(\.repository) == ["\(prefix)team/shop"])
        let other = try ModelRegistry(home: "\(fixture.root)/other", bundledPath: nil)
        let pulled = try await docker.session { try await other.pull(target, $0) }
        #expect(pulled.bases == ["team/shop:1"])
    }
}
