import OCI
import ZooJSON

extension ModelRegistry {
    /// Attaches a model's provenance; does nothing where it is attached already.
    func attachProvenance(to artifact: ModelArtifact, with lease: Lease) throws {
        let referrer = try lease.putReferrer(
            Provenance.statement(of: artifact).canonicalBytes,
            type: Statement.mediaType,
            about: artifact.descriptor,
            annotations: [Provenance.annotation: Provenance.predicateType]
        )
        try lease.store.attach([referrer])
    }

    /// The statements attached to a model that are provenance in zoo's form but say something else than the model.
    ///
    /// Provenance by other builders is not judged.
    func contradictions(of artifact: ModelArtifact) throws -> [Digest] {
        let expected = try Provenance.statement(of: artifact)
        return try statements(of: artifact.digest, in: artifact.store).filter { _, statement in
            statement.predicateType == Provenance.predicateType
                && statement.predicate[key: "buildDefinition"]?[key: "buildType"] == .string(Provenance.buildType)
                && statement != expected
        }.map(\.referrer.digest)
    }

    /// The in-toto statements attached to a model that can be read and are about it.
    func statements(
        of digest: Digest,
        in store: LayoutStore
    ) throws -> [(referrer: Descriptor, statement: Statement)] {
        try store.referrers(of: digest, artifactType: Statement.mediaType).compactMap { referrer in
            guard
                let bytes = try? store.referrerContent(referrer, about: digest, maxBytes: Statement.byteLimit),
                let statement = try? Statement(parsing: bytes, what: "\(referrer.digest)"),
                statement.subjects.contains(where: { $0.sha256 == digest.hex })
            else { return nil }
            return (referrer, statement)
        }
    }
}
