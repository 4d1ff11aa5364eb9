import ArgumentParser
import OCI
import ZooRegistry
import ZooText

/// `zoo rm`: removes tags here, and models from registries.
struct RemoveCommand: LocalFirstCommand {
    static let configuration = CommandConfiguration(
        commandName: "rm",
        abstract: "Remove tags from your store, or models from a registry.",
        discussion: """
            Examples:
              zoo rm again:1.0.0 && zoo gc
              zoo rm --dry-run registry.example.com/trial/again:1.0.0
              zoo rm registry.example.com/trial/again:1.0.0

            In your store only the tag goes; zoo gc frees the space. From a registry,
            which HOST/ must name, the model goes with its signatures and provenance,
            unless another tag of the repository keeps it; HOST/NAME@sha256:… removes it
            with all its tags. The registry frees the space when it collects garbage.

            The last tag of a model that others are built on stays, unless --force is
            given.
            """
    )

    @Argument(
        help: ArgumentHelp("The tags to remove: NAME:TAG, or HOST/NAME:TAG in a registry.", valueName: "ref"),
        completion: .models
    )
    var references: [String]

    @Flag(name: .shortAndLong, help: "Remove it even if other models are built on it.")
    var force = false

    @Flag(name: [.customShort("n"), .long], help: "Only say what would be removed.")
    var dryRun = false

    @OptionGroup var remote: RemoteOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var store: StoreOptions

    nonisolated(nonsending) func start() async throws {
        var documents: [RemovalDocument] = []
        for text in references {
            if let place = try RemoteReference(removing: text) {
                let configuration = try remote.configuration(home: store.homePath)
                let removal = try await remote.run(configuration) { session in
                    try await session.remove(place, force: force, dryRun: dryRun)
                }
                documents.append(RemovalDocument(removal))
                try report(removal)
            } else {
                let removal = try store.registry().remove(text, force: force, dryRun: dryRun)
                documents.append(RemovalDocument(removal))
                try report(removal)
            }
        }
        if output.format == .json { try Output.json(documents) }
    }

    private func report(_ removal: Removal) throws {
        for orphan in removal.orphans {
            let verb = dryRun ? "would lose" : "has lost"
            StandardError.warning("\(orphan) \(verb) its base \(removal.reference)@\(removal.digest)")
        }
        try line(removal.reference, removal.isStillTagged ? " (another tag keeps its content)" : "")
    }

    private func report(_ removal: RemoteRemoval) throws {
        var details = ""
        if !removal.remaining.isEmpty {
            details =
                " (\(removal.remaining.joined(separator: ", ")) keep\(removal.remaining.count == 1 ? "s" : "") it)"
        } else {
            let others = removal.tags.filter { $0 != removal.reference.tag }
            var parts = others.isEmpty ? [] : ["its tags \(others.joined(separator: ", "))"]
            switch removal.referrers {
            case 0: break
            case 1: parts.append("1 signature or statement")
            default: parts.append("\(removal.referrers) signatures or statements")
            }
            if !parts.isEmpty { details = " with \(parts.joined(separator: " and "))" }
        }
        try line(removal.reference.description, details)
    }

    private func line(_ reference: String, _ details: String) throws {
        guard output.format == .table, !output.quiet else { return }
        try Output.line(TerminalText.escape("\(dryRun ? "would remove" : "removed") \(reference)\(details)"))
    }
}

extension RemoteReference {
    /// What a text names in a registry; nil where it names none, since removing never means the default registry.
    fileprivate init?(removing text: String) throws {
        guard let reference = try? Reference(text), reference.registry != nil else { return nil }
        try self.init(text, defaultRegistry: nil)
    }
}

private struct RemovalDocument: Encodable {
    let reference: String
    let digest: String
    let stillTagged: Bool
    let orphans: [String]
    /// For a registry: signatures and statements that went along.
    let referrers: Int?

    init(_ removal: Removal) {
        reference = removal.reference
        digest = removal.digest.description
        stillTagged = removal.isStillTagged
        orphans = removal.orphans
        referrers = nil
    }

    init(_ removal: RemoteRemoval) {
        reference = removal.reference.description
        digest = removal.digest.description
        stillTagged = !removal.remaining.isEmpty
        orphans = []
        referrers = removal.referrers
    }
}
