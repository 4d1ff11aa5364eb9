import Foundation
import ModelSamples
import OCI
import Testing
import ZooRegistry

@Suite struct ProvenanceTests {
    let fixture: ModelFixture
    let registry: ModelRegistry

    init() throws {
        fixture = ModelFixture()
        registry = try fixture.registry()
    }

    /// The provenance of a model as other tools read it.
    private func provenance(_ name: String) throws -> (referrer: Descriptor, json: [String: Any]) {
        let store = try registry.ownStore()
        let digest = try registry.resolve(name).descriptor.digest
        let found = try store.referrers(of: digest, artifactType: "application/vnd.in-toto+json")
            .filter { $0.annotations["in-toto.io/predicate-type"] == "https://slsa.dev/provenance/v1" }
        try #require(found.count == 1)
        let layer = try store.manifest(found[0]).layers[0]
        let json = try JSONSerialization.jsonObject(with: Data(store.readBlob(layer.digest, maxBytes: 1 << 20)))
        return (found[0], try #require(json as? [String: Any]))
    }

    @Test func publishingRecordsWhereAModelComesFrom() throws {
        let digest = try registry.publish(directory: fixture.makeModel("shop"), as: "shop:1").digest
        let base = ModelDocument.Base(reference: "shop:1", digest: digest.description)
        let head = try registry.publish(directory: fixture.makeModel("again", base: base), as: "again:1").digest
        let json = try provenance("again:1").json
        #expect(json["_type"] as? String == "https://in-toto.io/Statement/v1")
        let subject = try #require((json["subject"] as? [[String: Any]])?.first)
        #expect((subject["digest"] as? [String: String]) == ["sha256": head.hex])
        let predicate = try #require(json["predicate"] as? [String: Any])
        let build = try #require(predicate["buildDefinition"] as? [String: Any])
        let parameters = try #require(build["externalParameters"] as? [String: Any])
        #expect(parameters["seed"] as? Int == 1)
        #expect((parameters["recipe"] as? [String: Any])?["lr"] as? Double == 0.001)
        let dependencies = try #require(build["resolvedDependencies"] as? [[String: Any]])
        #expect(dependencies.map { $0["digest"] as? [String: String] } == [["sha256": digest.hex]])
        #expect((build["internalParameters"] as? [String: Any])?["instructionSet"] as? String == "avx2")
        let run = try #require(predicate["runDetails"] as? [String: Any])
        let metrics = try #require((run["byproducts"] as? [[String: Any]])?.first?["annotations"] as? [String: Any])
        #expect((metrics["tasks"] as? [String: [String: Double]]) == ["click": ["auc": 0.9]])
    }

    @Test func publishingTwiceAddsNothing() throws {
        let directory = try fixture.makeModel("shop")
        let first = try registry.publish(directory: directory, as: "shop:1").digest
        let referrer = try provenance("shop:1").referrer.digest
        let count = try registry.verify().blobs
        #expect(try registry.publish(directory: directory, as: "shop:1").digest == first)
        #expect(try registry.publish(directory: directory, as: "shop:2").digest == first)
        #expect(try provenance("shop:2").referrer.digest == referrer)
        #expect(try registry.verify().blobs == count)
    }

    @Test func provenanceThatContradictsItsModelIsFound() throws {
        try registry.publish(directory: fixture.makeModel("shop"), as: "shop:1")
        let entry = try registry.resolve("shop:1")
        let store = try registry.ownStore()
        let honest = try store.manifest(provenance("shop:1").referrer)
        let text = try String(decoding: store.readBlob(honest.layers[0].digest, maxBytes: 1 << 20), as: UTF8.self)
        let forged = text.replacingOccurrences(of: #""seed":1"#, with: #""seed":2"#)
        try #require(forged != text)
        let lease = try store.lease()
        var manifest = honest
        manifest.layers = [try lease.put(Array(forged.utf8), mediaType: "application/vnd.in-toto+json")]
        let referrer = try lease.put(manifest)
        try store.attach([referrer])
        lease.end()
        for report in try [registry.verify("shop:1"), registry.verify()] {
            #expect(report.problems.map(\.digest) == [referrer.digest])
            #expect(report.problems.first?.reason.contains("something else") == true)
        }
        #expect(entry.descriptor.digest == honest.subject?.digest)
    }
}
