import ArgumentParser
import OCI
import ZooFiles
import ZooRegistry

/// `zoo sign`: vouches for a model with a private key.
struct SignCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sign",
        abstract: "Sign a model, or a directory, with a private key.",
        discussion: """
            Examples:
              zoo sign shop-mmoe:1.0.0 --key release    # stored beside the model
              zoo sign shop-mmoe:1.0.0 --key release --out shop.sig   # and in a file
              zoo sign ./shop-mmoe --key release --out dir.sig        # a directory

            A signature is an OMS statement over the model's files in a sigstore bundle;
            with an ECDSA key other OMS tools verify it too: model_signing verify key DIR
            --public_key release.pub --signature shop.sig
            """
    )

    @Argument(help: ArgumentHelp("The model, or a directory.", valueName: "ref|dir"))
    var reference: String

    @Option(name: .long, help: ArgumentHelp("The private key, a PEM file.", valueName: "file"), completion: .file())
    var key: String

    @Option(
        name: .long,
        help: ArgumentHelp("Write the signature to this file.", valueName: "file"),
        completion: .file()
    )
    var out: String?

    @OptionGroup var output: OutputOptions
    @OptionGroup var store: StoreOptions

    func run() throws {
        let key = try SigningKey.read(key)
        let registry = try store.registry()
        let signing: Signing
        let name: String
        switch try ModelOrDirectory(reference, isDetached: out != nil, in: registry) {
        case .model(let entry):
            name = entry.reference ?? "\(entry.descriptor.digest)"
            // A bundled model's store is read-only: a file is all that a signature of it can be.
            signing = try registry.sign(entry, with: key, attach: entry.origin == .own || out == nil)
        case .directory(let directory):
            guard let out else {
                throw CommandError(.usage, "\(directory) is a directory: --out FILE says where its signature goes")
            }
            name = directory
            let inside = PathInside.path(out, inside: directory)
            signing = try ModelRegistry.sign(directory: directory, ignoring: inside.map { [$0] } ?? [], with: key)
        }
        if let out { try AtomicFile.write(signing.bundle, to: out) }
        try report(signing, name: name)
    }

    private func report(_ signing: Signing, name: String) throws {
        if output.format == .json {
            return try Output.json(
                SigningDocument(
                    reference: name,
                    subject: signing.subject.description,
                    signature: signing.digest?.description,
                    file: out,
                    key: signing.key.identifier,
                    type: signing.key.algorithm.rawValue,
                    files: signing.files,
                    new: signing.isNew
                )
            )
        }
        if output.quiet { return try Output.line(signing.digest?.description ?? out ?? "") }
        let key = "key \(signing.key.shortIdentifier) (\(signing.key.algorithm.rawValue))"
        try Output.line(
            TerminalText.escape(
                signing.isNew
                    ? "signed \(name): \(signing.files) files, \(key)"
                    : "\(name) is signed by \(key) already; kept that signature"
            )
        )
        if !signing.ignored.isEmpty {
            try Output.line(TerminalText.escape("  not covered: \(signing.ignored.joined(separator: ", "))"))
        }
        if let digest = signing.digest { try Output.line("  signature \(digest)") }
        if let out { try Output.line(TerminalText.escape("  wrote \(out)")) }
    }
}

private struct SigningDocument: Encodable {
    let reference: String
    let subject: String
    let signature: String?
    let file: String?
    let key: String
    let type: String
    let files: Int
    let new: Bool
}
