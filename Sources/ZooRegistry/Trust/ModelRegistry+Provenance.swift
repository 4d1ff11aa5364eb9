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
    /// - Parameter referrers: what is attached to the model.
    func contradictingProvenance(of artifact: ModelArtifact, among referrers: [Descriptor]) throws -> [Digest] {
        let claims = referrers.filter { $0.artifactType == Statement.mediaType }
        guard !claims.isEmpty else { return [] }
        let expected = try Provenance.statement(of: artifact)
        return claims.filter { referrer in
            guard let statement = artifact.store.statement(referrer, about: artifact.digest) else { return false }
            return statement.predicateType == Provenance.predicateType
                && statement.predicate[key: "buildDefinition"]?[key: "buildType"] == .string(Provenance.buildType)
                && statement != expected
        }.map(\.digest)
    }
}

extension LayoutStore {
    /// The in-toto statement that a referrer holds; nil where it cannot be read or is about something else.
    func statement(_ referrer: Descriptor, about digest: Digest) -> Statement? {
        guard let bytes = try? referrerContent(referrer, about: digest, maxBytes: Statement.byteLimit),
            let statement = try? Statement(parsing: bytes, what: "\(referrer.digest)"),
            statement.subjects.contains(where: { $0.sha256 == digest.hex })
        else { return nil }
        return statement
    }
}
