import ModelSamples
import OCI
import ZooRegistry

extension ModelRegistry {
    /// Publishes an encoder, shop:1, and a fine-tune of it, again:1; gives their digests.
    @discardableResult
    func publishPair(_ fixture: ModelFixture) throws -> (base: Digest, head: Digest) {
        let base = try publish(directory: fixture.makeModel("shop"), as: "shop:1").digest
        let pinned = ModelDocument.Base(reference: "shop:1", digest: base.description)
        let again = try fixture.makeModel("again", task: "again", base: pinned)
        return (base, try publish(directory: again, as: "again:1").digest)
    }
}
