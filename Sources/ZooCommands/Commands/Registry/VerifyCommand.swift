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

    @OptionGroup var signature: SignatureCheckOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var store: StoreOptions

    func run() async throws {
        let registry = try store.registry()
        if try signature.verifiedDirectory(reference, in: registry, output) {
            return
        }
        let result = try registry.verify(reference)
        let signer = result.problems.isEmpty ? try signature.signer(of: reference, in: registry) : nil
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
                        + (signer.map { ", \($0.text)" } ?? "")
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

    init(_ verification: Verification, signer: SignerDocument?) {
        signedBy = signer
        ok = verification.problems.isEmpty
        models = verification.models
        blobs = verification.blobs
        bytes = verification.bytes
        problems = verification.problems.map {
            Problem(digest: $0.digest.description, reason: $0.reason, tags: $0.tags)
        }
    }
}
