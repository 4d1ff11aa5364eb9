public import OCI
import ZooFiles

/// A signature of a model, checked.
public struct SignatureCheck: Sendable {
    /// The signature's manifest.
    public let digest: Digest
    /// The accepted key that made it; nil where none did.
    public let key: VerificationKey?
    /// Why it does not count, for people; nil where it does.
    public let problem: String?
}

extension ModelRegistry {
    /// Checks every signature that is attached to a model, against its files and the keys accepted.
    ///
    /// A signature that does not hold is no error: anyone may attach one. What counts is whether one holds.
    /// - Throws: errors for a model that is itself damaged.
    public func checkSignatures(of artifact: ModelArtifact, keys: [VerificationKey]) throws -> [SignatureCheck] {
        let signatures = try signatures(of: artifact)
        guard !signatures.isEmpty else { return [] }
        let files = try artifact.fileDigests()
        let verifier = SignatureVerifier(keys: keys)
        return signatures.map { referrer, bytes in
            let what = "the signature \(referrer.digest.short)"
            do {
                guard let bytes else { throw RegistryError(.damaged, "\(what) cannot be read") }
                let key = try verifier.check(bytes, signs: files, manifest: artifact.digest, what: what)
                return SignatureCheck(digest: referrer.digest, key: key, problem: nil)
            } catch {
                return SignatureCheck(digest: referrer.digest, key: nil, problem: "\(error)")
            }
        }
    }

    /// Demands that an accepted key signed a model.
    ///
    /// - Parameter name: the model in errors.
    /// - Returns: the key.
    /// - Throws: ``RegistryError`` (`untrusted`) that says which signatures there are instead.
    @discardableResult
    public func requireSignature(
        of artifact: ModelArtifact,
        by keys: [VerificationKey],
        name: String
    ) throws -> VerificationKey {
        let checks = try checkSignatures(of: artifact, keys: keys)
        if let key = checks.lazy.compactMap(\.key).first { return key }
        let accepted = keys.map(\.shortIdentifier).joined(separator: ", ")
        guard let first = checks.first else {
            throw RegistryError(.untrusted, "\(name) has no signature (accepted keys: \(accepted)); zoo sign makes one")
        }
        let more = checks.count > 1 ? " (and \(checks.count - 1) more)" : ""
        throw RegistryError(
            .untrusted,
            "no signature of \(name) counts (accepted keys: \(accepted)): \(first.problem ?? "")\(more)"
        )
    }

    /// Checks a detached signature of a model in a store.
    ///
    /// - Returns: the key that signed.
    public static func verify(
        _ artifact: ModelArtifact,
        signature path: String,
        keys: [VerificationKey]
    ) throws -> VerificationKey {
        try SignatureVerifier(keys: keys)
            .check(readSignature(path), signs: artifact.fileDigests(), manifest: artifact.digest, what: path)
    }

    /// Checks a detached signature of a directory: that its files are those signed, and that no other file is there.
    ///
    /// What the signer left out (`ignore_paths`) is passed over, and so is the signature where it lies inside.
    /// - Returns: the key that signed, how many files it covers, and the paths passed over.
    public static func verify(
        directory: String,
        signature path: String,
        keys: [VerificationKey]
    ) throws -> (key: VerificationKey, files: Int, ignored: [String]) {
        let verifier = SignatureVerifier(keys: keys)
        let bytes = try readSignature(path)
        let statement = try verifier.statement(in: bytes, what: path).statement
        let files = try DirectoryFiles.digests(
            of: directory,
            ignoring: statement.ignoredPaths + [PathInside.path(path, inside: directory)].compactMap(\.self),
            followsLinks: statement.allowsLinks
        )
        let key = try verifier.check(bytes, signs: files, manifest: nil, what: path)
        return (key, files.count, statement.ignoredPaths)
    }

    /// The signatures attached to a model, with nil for one whose content cannot be read.
    func signatures(of artifact: ModelArtifact) throws -> [(referrer: Descriptor, bytes: [UInt8]?)] {
        try artifact.store.referrers(of: artifact.digest, artifactType: SignatureBundle.mediaType).map { referrer in
            let bytes = try? artifact.store.referrerContent(
                referrer,
                about: artifact.digest,
                maxBytes: SignatureBundle.byteLimit
            )
            return (referrer, bytes)
        }
    }

    private static func readSignature(_ path: String) throws -> [UInt8] {
        guard let bytes = try OpenFile(path).readAll(limit: SignatureBundle.byteLimit) else {
            throw RegistryError(.invalid, "\(path) is longer than any signature")
        }
        return bytes
    }
}
