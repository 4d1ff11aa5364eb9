import ArgumentParser
import OCI
import ZooRegistry

/// `zoo verify`: is everything what its digest says?
struct VerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Hash content again and check every rule of the format.",
        discussion: """
            Examples:
              zoo verify               # the whole store
              zoo verify again:1.0.0   # one model, bundled ones too
              zoo verify again:1.0.0 --key release.pub
              zoo verify ./again --signature again.sig --key release.pub

            With --key a model must also be signed: by a signature stored beside it, or by the file given. Exits with 65
            if anything is damaged or no signature holds, and names it. Nothing is asked of the network.
            """
    )

    @Argument(
        help: ArgumentHelp("One model, or a directory; everything in your store if not given.", valueName: "ref|dir")
    )
    var reference: String?

    @OptionGroup var accepted: VerificationKeys

    @Option(name: .long, help: ArgumentHelp("A detached signature.", valueName: "file"), completion: .file())
    var signature: String?

    @OptionGroup var output: OutputOptions
    @OptionGroup var store: StoreOptions

    func run() async throws {
        let registry = try store.registry()
        guard let reference else {
            guard signature == nil, accepted.files.isEmpty else {
                throw CommandError(.usage, "--key and --signature are about one model: name it")
            }
            return try report(registry.verify(), signer: nil)
        }
        switch try ModelOrDirectory(reference, in: registry) {
        case .directory(let directory): try verify(directory: directory)
        case .model(let entry):
            let result = try registry.verify(reference)
            try report(result, signer: result.problems.isEmpty ? signer(of: entry, in: registry) : nil)
        }
    }

    /// The key that signed a model, where a signature is asked for.
    private func signer(of entry: ModelRegistry.Entry, in registry: ModelRegistry) throws -> VerificationKey? {
        guard signature != nil || !accepted.files.isEmpty else { return nil }
        let keys = try accepted.keys(orOf: Policy.read(home: registry.home))
        let artifact = try registry.artifact(entry)
        if let signature { return try ModelRegistry.verify(artifact, signature: signature, keys: keys) }
        return try registry.requireSignature(of: artifact, by: keys, name: entry.reference ?? "\(artifact.digest)")
    }

    private func verify(directory: String) throws {
        guard let signature else {
            throw CommandError(.usage, "\(directory) is a directory: --signature FILE says what it is checked against")
        }
        let keys = try accepted.keys(orOf: Policy.read(home: store.homePath))
        let outcome = try ModelRegistry.verify(directory: directory, signature: signature, keys: keys)
        if output.format == .json {
            try Output.json(
                DirectoryVerificationDocument(
                    ok: true,
                    files: outcome.files,
                    ignored: outcome.ignored,
                    signedBy: SignerDocument(outcome.key)
                )
            )
        } else if !output.quiet {
            let ignored = outcome.ignored.isEmpty ? "" : "; not covered: \(outcome.ignored.joined(separator: ", "))"
            try Output.line(
                TerminalText.escape("ok: \(outcome.files) files, \(SignerDocument(outcome.key).text)\(ignored)")
            )
        }
    }

    private func report(_ result: Verification, signer: VerificationKey?) throws {
        if output.format == .json {
            try Output.json(VerificationDocument(result, signer: signer))
        } else {
            for problem in result.problems {
                let tags = problem.tags.isEmpty ? "" : " (\(problem.tags.joined(separator: ", ")))"
                try Output.line(TerminalText.escape("damaged: \(problem.digest)\(tags): \(problem.reason)"))
            }
            if result.problems.isEmpty, !output.quiet {
                try Output.line(
                    "ok: \(result.models) models, \(result.blobs) blobs, \(Amounts.bytes(result.bytes)) hashed"
                        + (signer.map { ", \(SignerDocument($0).text)" } ?? "")
                )
            }
        }
        guard result.problems.isEmpty else {
            let first = result.problems[0]
            throw CommandError(
                .badData,
                "\(result.problems.count) problems, the first: \(first.digest): \(first.reason)"
            )
        }
    }
}

private struct VerificationDocument: Encodable {
    struct Problem: Encodable {
        let digest: String
        let reason: String
        let tags: [String]
    }

    let ok: Bool
    let models: Int
    let blobs: Int
    let bytes: Int
    let problems: [Problem]
    let signedBy: SignerDocument?

    init(_ verification: Verification, signer: VerificationKey?) {
        signedBy = signer.map(SignerDocument.init)
        ok = verification.problems.isEmpty
        models = verification.models
        blobs = verification.blobs
        bytes = verification.bytes
        problems = verification.problems.map {
            Problem(digest: $0.digest.description, reason: $0.reason, tags: $0.tags)
        }
    }
}

private struct DirectoryVerificationDocument: Encodable {
    let ok: Bool
    let files: Int
    let ignored: [String]
    let signedBy: SignerDocument
}

/// A key that signed.
private struct SignerDocument: Encodable {
    let key: String
    let type: String

    init(_ key: VerificationKey) {
        self.key = key.identifier
        type = key.algorithm.rawValue
    }

    var text: String { "signed by key \(key.prefix(12)) (\(type))" }
}
