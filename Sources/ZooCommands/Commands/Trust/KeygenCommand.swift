import ArgumentParser
import ZooRegistry

/// `zoo keygen`: a key pair to sign models with.
struct KeygenCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keygen",
        abstract: "Make a key pair to sign models with.",
        discussion: """
            Example: release signs, release.pub is for everybody who verifies.
              zoo keygen release
              zoo sign shop-mmoe:1.0.0 --key release
              zoo verify shop-mmoe:1.0.0 --key release.pub

            Keys are PEM files (PKCS#8 and SubjectPublicKeyInfo), as openssl reads and
            writes them. The private one is not encrypted and readable by you alone; zoo
            refuses to sign with one that others can read. ECDSA keys are what other OMS
            tools verify too; Ed25519 is for zoo alone.
            """
    )

    @Argument(
        help: ArgumentHelp("The private key's file; FILE.pub is the public one.", valueName: "file"),
        completion: .file()
    )
    var file: String

    @Option(name: .long, help: "The kind of key: \(KeyAlgorithm.choices).", transform: KeyAlgorithm.parse)
    var type: KeyAlgorithm = .ecdsaP256

    @OptionGroup var output: OutputOptions

    func run() throws {
        let key = SigningKey(type)
        try key.write(to: file)
        let publicKey = key.verificationKey
        if output.format == .json {
            return try Output.json(
                KeyDocument(
                    privateKey: file,
                    publicKey: file + ".pub",
                    type: publicKey.algorithm.rawValue,
                    identifier: publicKey.identifier
                )
            )
        }
        if output.quiet { return try Output.line(publicKey.identifier) }
        try Output.line(
            TerminalText.escape("wrote \(file) (keep it secret) and \(file).pub; \(type.rawValue), key ")
                + publicKey.shortIdentifier
        )
    }
}

private struct KeyDocument: Encodable {
    let privateKey: String
    let publicKey: String
    let type: String
    let identifier: String
}

extension KeyAlgorithm {
    /// The kinds for help texts.
    static let choices = allCases.map(\.rawValue).joined(separator: ", ")

    static func parse(_ text: String) throws -> KeyAlgorithm {
        guard let algorithm = KeyAlgorithm(rawValue: text) else {
            throw ValidationError("no kind of key \"\(text)\": \(choices)")
        }
        return algorithm
    }
}
