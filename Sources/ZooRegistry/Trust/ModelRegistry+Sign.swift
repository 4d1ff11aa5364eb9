public import OCI

/// What signing did.
public struct Signing: Sendable {
    /// The signature's manifest in the store; nil where it was only made.
    public let digest: Digest?
    /// The model.
    public let subject: Digest
    /// Files signed.
    public let files: Int
    /// Paths left out, with all that lies under them.
    public let ignored: [String]
    /// The key that signed.
    public let key: VerificationKey
    /// Whether a signature was made: one by this key over the same content is kept as it is.
    public let isNew: Bool
    /// The signature as a file has it: a sigstore bundle.
    public let bundle: [UInt8]
}

extension ModelRegistry {
    /// Signs a model and attaches the signature to it, so that it travels along.
    ///
    /// - Parameter attach: whether to store the signature; a bundled model, which is read-only, can only be signed
    ///   detached.
    /// - Throws: ``RegistryError`` and `OCIError` for a model that is damaged: what is signed is read first.
    @discardableResult
    public func sign(_ entry: Entry, with key: SigningKey, attach: Bool = true) throws -> Signing {
        let artifact = try artifact(entry)
        let files = try artifact.fileDigests()
        let publicKey = key.verificationKey
        let statement = ModelStatement(name: artifact.document.name, files: files, manifest: artifact.digest)
        func outcome(_ digest: Digest?, isNew: Bool, _ bundle: [UInt8]) -> Signing {
            Signing(
                digest: digest,
                subject: artifact.digest,
                files: files.count,
                ignored: [],
                key: publicKey,
                isNew: isNew,
                bundle: bundle
            )
        }
        let verifier = SignatureVerifier(keys: [publicKey])
        for (referrer, bytes) in try signatures(of: artifact) {
            guard let bytes, let signed = try? verifier.statement(in: bytes, what: "").statement, signed == statement
            else { continue }
            return outcome(referrer.digest, isNew: false, bytes)
        }
        let bundle = try Self.bundle(statement, key)
        guard attach else { return outcome(nil, isNew: true, bundle) }
        guard entry.origin == .own else {
            throw RegistryError(
                .usage,
                "\(entry.reference ?? "\(artifact.digest)") is in the bundled zoo, which is read-only; zoo pull it first"
            )
        }
        let lease = try artifact.store.lease()
        defer { lease.end() }
        let referrer = try lease.putReferrer(
            bundle,
            type: SignatureBundle.mediaType,
            about: artifact.descriptor,
            annotations: [
                "dev.sigstore.bundle.content": "dsse-envelope",
                "dev.sigstore.bundle.predicateType": ModelStatement.predicateType,
            ]
        )
        try artifact.store.attach([referrer])
        return outcome(referrer.digest, isNew: true, bundle)
    }

    /// Signs the files of any directory.
    ///
    /// Git's own files are left out, too, as other OMS tools do.
    /// - Parameter ignoring: paths inside it that the signature does not cover: its own file, for one.
    public static func sign(directory: String, ignoring: [String] = [], with key: SigningKey) throws -> Signing {
        let ignoring = try ignoring + DirectoryFiles.gitPaths(in: directory)
        let files = try DirectoryFiles.digests(of: directory, ignoring: ignoring)
        guard !files.isEmpty else { throw RegistryError(.invalid, "\(directory) has no files to sign") }
        let name = directory.split(separator: "/").last.map(String.init) ?? "model"
        let statement = ModelStatement(name: name, files: files, ignoredPaths: ignoring)
        return Signing(
            digest: nil,
            subject: Digest.of(statement.canonicalBytes),
            files: files.count,
            ignored: ignoring,
            key: key.verificationKey,
            isNew: true,
            bundle: try bundle(statement, key)
        )
    }

    private static func bundle(_ statement: ModelStatement, _ key: SigningKey) throws -> [UInt8] {
        let envelope = try Envelope(signing: statement.canonicalBytes, type: Statement.mediaType, with: key)
        return SignatureBundle(keyIdentifier: key.verificationKey.identifier, envelope: envelope).canonicalBytes
    }
}
