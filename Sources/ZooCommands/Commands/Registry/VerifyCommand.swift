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

            Exits with 65 if anything is damaged, and names it.
            """
    )

    @Argument(help: ArgumentHelp("One model; everything in your store if not given.", valueName: "ref"))
    var reference: String?

    @OptionGroup var output: OutputOptions
    @OptionGroup var store: StoreOptions

    func run() async throws {
        let result = try store.registry().verify(reference)
        if output.format == .json {
            try Output.json(VerificationDocument(result))
        } else {
            for problem in result.problems {
                let tags = problem.tags.isEmpty ? "" : " (\(problem.tags.joined(separator: ", ")))"
                try Output.line(TerminalText.escape("damaged: \(problem.digest)\(tags): \(problem.reason)"))
            }
            if result.problems.isEmpty, !output.quiet {
                try Output.line(
                    "ok: \(result.models) models, \(result.blobs) blobs, \(Amounts.bytes(result.bytes)) hashed"
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

    init(_ verification: Verification) {
        ok = verification.problems.isEmpty
        models = verification.models
        blobs = verification.blobs
        bytes = verification.bytes
        problems = verification.problems.map {
            Problem(digest: $0.digest.description, reason: $0.reason, tags: $0.tags)
        }
    }
}
