import ArgumentParser
import OCI
import ZooRegistry

/// `zoo resolve`: the digest behind a name, now or then.
struct ResolveCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resolve",
        abstract: "Print the digest that a name means, or meant at a time.",
        discussion: """
            Examples:
              zoo resolve again@prod
              zoo resolve again@prod --at 2026-11-24   # at the end of that day, UTC
              zoo resolve again:1.0.0 --at 2026-11-24T10:00+01:00
            """
    )

    @OptionGroup var model: ReferenceArgument

    @Option(
        name: .long,
        help: ArgumentHelp("A day, minute or second; UTC unless it says otherwise.", valueName: "time")
    )
    var at: String?

    @OptionGroup var output: OutputOptions
    @OptionGroup var store: StoreOptions

    func run() throws {
        let registry = try store.registry()
        let digest: Digest
        var reference: String?
        if let at {
            digest = try registry.resolve(model.reference, at: TimePoint(at))
        } else {
            let entry = try registry.resolve(model.reference)
            digest = entry.descriptor.digest
            reference = entry.reference
        }
        if output.format == .json {
            try Output.json(ResolveDocument(name: model.reference, at: at, digest: "\(digest)", reference: reference))
        } else {
            try Output.line(digest.description)
        }
    }
}

private struct ResolveDocument: Encodable {
    let name: String
    let at: String?
    let digest: String
    let reference: String?
}
