import ArgumentParser
import ZooRegistry

/// `--key` and `--signature`: which signature `zoo verify` demands.
struct SignatureCheckOptions: ParsableArguments {
    @OptionGroup var accepted: VerificationKeys

    @Option(name: .long, help: ArgumentHelp("A detached signature.", valueName: "file"), completion: .file())
    var signature: String?

    private var isAsked: Bool { signature != nil || !accepted.files.isEmpty }

    /// Checks a directory and prints the outcome; answers false for what is no directory.
    func verifiedDirectory(_ text: String?, in registry: ModelRegistry, _ output: OutputOptions) throws -> Bool {
        guard let text else {
            guard !isAsked else { throw CommandError(.usage, "--key and --signature are about one model: name it") }
            return false
        }
        let target = try ModelOrDirectory(text, isDetached: signature != nil, in: registry)
        guard case .directory(let directory) = target else { return false }
        guard let signature else {
            throw CommandError(.usage, "\(directory) is a directory: --signature FILE says what it is checked against")
        }
        let keys = try accepted.keys(orOf: Policy.read(home: registry.home))
        let outcome = try ModelRegistry.verify(directory: directory, signature: signature, keys: keys)
        let signer = SignerDocument(outcome.key)
        if output.format == .json {
            try Output.json(
                DirectoryDocument(ok: true, files: outcome.files, ignored: outcome.ignored, signedBy: signer)
            )
        } else if !output.quiet {
            let ignored = outcome.ignored.isEmpty ? "" : "; not covered: \(outcome.ignored.joined(separator: ", "))"
            try Output.line(TerminalText.escape("ok: \(outcome.files) files, \(signer.text)\(ignored)"))
        }
        return true
    }

    /// The key that signed a model; nil where no signature is asked for.
    ///
    /// - Throws: `RegistryError` (`untrusted`) where none of the keys did.
    func signer(of text: String?, in registry: ModelRegistry) throws -> SignerDocument? {
        guard let text, isAsked else { return nil }
        let entry = try registry.resolve(text)
        let keys = try accepted.keys(orOf: Policy.read(home: registry.home))
        let artifact = try registry.artifact(entry)
        if let signature { return SignerDocument(try ModelRegistry.verify(artifact, signature: signature, keys: keys)) }
        let name = entry.reference ?? "\(artifact.digest)"
        return SignerDocument(try registry.requireSignature(of: artifact, by: keys, name: name))
    }
}

/// A key that signed, as documents name it.
struct SignerDocument: Encodable {
    let key: String
    let type: String

    init(_ key: VerificationKey) {
        self.key = key.identifier
        type = key.algorithm.rawValue
    }

    /// For people.
    var text: String { "signed by key \(key.prefix(12)) (\(type))" }
}

private struct DirectoryDocument: Encodable {
    let ok: Bool
    let files: Int
    let ignored: [String]
    let signedBy: SignerDocument
}
