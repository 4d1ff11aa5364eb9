import OCI

/// Checks signatures against the keys that are accepted; no network, no clock.
struct SignatureVerifier {
    /// The keys that are accepted: a signature by any of them counts.
    let keys: [VerificationKey]

    /// What a bundle signs, if an accepted key signed it.
    ///
    /// - Throws: ``RegistryError``: `invalid` for what is no signature of a model, `untrusted` for one by another key
    ///   or one whose signed bytes were changed.
    func statement(in bytes: [UInt8], what: String) throws -> (statement: ModelStatement, key: VerificationKey) {
        let bundle = try SignatureBundle(parsing: bytes, what: what)
        let candidates = keys.filter { key in bundle.keyIdentifier.map { $0 == key.identifier } ?? true }
        guard !candidates.isEmpty else {
            throw RegistryError(
                .untrusted,
                "\(what) was made by another key, \(bundle.keyIdentifier?.prefix(12) ?? "")"
            )
        }
        guard let key = candidates.first(where: { bundle.envelope.isSigned(by: $0) }) else {
            throw RegistryError(.untrusted, "\(what) does not hold: it is forged, or was changed after it was made")
        }
        guard bundle.envelope.payloadType == Statement.mediaType else {
            throw RegistryError(.invalid, "\(what) signs \(bundle.envelope.payloadType), not \(Statement.mediaType)")
        }
        return (try ModelStatement(parsing: bundle.envelope.payload, what: what), key)
    }

    /// Checks that a bundle signs these very files.
    ///
    /// - Parameter manifest: the manifest that they come from; a statement that names one must name this one.
    /// - Returns: the key that signed.
    func check(_ bytes: [UInt8], signs files: FileDigests, manifest: Digest?, what: String) throws -> VerificationKey {
        let (statement, key) = try statement(in: bytes, what: what)
        if let difference = files.difference(from: statement.files) {
            throw RegistryError(.untrusted, "\(what) is for other content: \(difference)")
        }
        if let manifest, let signed = statement.manifest, signed != manifest {
            throw RegistryError(.untrusted, "\(what) is for the artifact \(signed), not for \(manifest)")
        }
        return key
    }
}
