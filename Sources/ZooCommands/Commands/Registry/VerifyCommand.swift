import ArgumentParser
import OCI
import ZooRegistry
import ZooText

/// `zoo verify`: is everything what its digest says?
struct VerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Hash content again and check every rule of the format.",
        discussion: """
            Examples:
              zoo verify               # the whole store
              zoo verify again:1.0.0   # one model, bundled ones too
              zoo verify again:1.0.0 --key release.pub
              zoo verify ./again --signature again.sig --key release.pub

            With --key a model must also be signed: by a signature stored beside it, or by
            the file given. Exits with 65 if anything is damaged or no signature holds, and
            names it. Nothing is asked of the network.
            """
    )

    @Argument(
        help: ArgumentHelp("One model, or a directory; everything in your store if not given.", valueName: "ref|dir"),
        completion: .models
    )
    var reference: String?

    @OptionGroup var signature: SignatureCheckOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var store: StoreOptions

    func run() throws {
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
                try Output.line(TerminalText.escape("damaged: \(Self.text(problem))"))
            }
            if result.problems.isEmpty, !output.quiet {
                try Output.line(
                    "ok: \(Amounts.plural(result.models, "model")), \(Amounts.plural(result.blobs, "blob")), "
                        + "\(Amounts.bytes(result.bytes)) hashed" + (signer.map { ", \($0.text)" } ?? "")
                )
            }
            for orphan in result.orphans where !output.quiet {
                let name = orphan.tags.first ?? "\(orphan.digest)"
                StandardError.warning("\(name): its base \(orphan.base) is not at hand, so its lineage ends there")
            }
        }
        guard result.problems.isEmpty else {
            let count = Amounts.plural(result.problems.count, "problem")
            throw CommandError(.badData, "\(count), the first: \(Self.text(result.problems[0]))")
        }
    }

    /// `encoder-weights.tar of shop:1.0.0 (sha256:…): content is not what the digest says`.
    private static func text(_ problem: Verification.Problem) -> String {
        guard let title = problem.title else {
            return "\(problem.digest), which no tag needs: \(problem.reason)"
        }
        let tags = problem.tags.prefix(3).joined(separator: ", ") + (problem.tags.count > 3 ? ", …" : "")
        let place = tags.isEmpty ? "" : " of \(tags)"
        return "\(title)\(place) (\(problem.digest)): \(problem.reason)"
    }
}

private struct VerificationDocument: Encodable {
    struct Problem: Encodable {
        let digest: String
        let title: String?
        let reason: String
        let tags: [String]
    }

    struct Orphan: Encodable {
        let digest: String
        let tags: [String]
        let base: String
    }

    let ok: Bool
    let models: Int
    let blobs: Int
    let bytes: Int
    let problems: [Problem]
    let orphans: [Orphan]
    let signedBy: SignerDocument?

    init(_ verification: Verification, signer: SignerDocument?) {
        signedBy = signer
        ok = verification.problems.isEmpty
        models = verification.models
        blobs = verification.blobs
        bytes = verification.bytes
        problems = verification.problems.map {
            Problem(digest: $0.digest.description, title: $0.title, reason: $0.reason, tags: $0.tags)
        }
        orphans = verification.orphans.map {
            Orphan(digest: $0.digest.description, tags: $0.tags, base: $0.base)
        }
    }
}
