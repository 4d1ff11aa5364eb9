import ArgumentParser
import OCI
import ZooRegistry
import ZooText

/// `zoo list`: every model in the user's store and in the bundled zoo.
struct ListCommand: LocalFirstCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the models in your store and in the bundled zoo.",
        discussion: """
            Examples:
              zoo list
              zoo list shop            # only names that begin with "shop"
              zoo list --kind head --format json
              zoo list --remote registry.example.com
            """,
        aliases: ["ls"]
    )

    @Argument(help: "Only names that begin with this.")
    var prefix: String?

    @Option(name: .long, help: "Only this kind: encoder, head or delta.", transform: Self.parseKind)
    var kind: ModelDocument.Kind?

    @Option(
        name: .long,
        defaultAsFlag: "",
        help: ArgumentHelp(
            "The models of a registry, HOST[:PORT][/PREFIX], instead; without one, of the bundled zoo and the default registry.",
            valueName: "registry"
        )
    )
    var remote: String?

    @OptionGroup var connection: RemoteOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var store: StoreOptions

    nonisolated(nonsending) func start() async throws {
        if let remote { return try await list(remote) }
        let entries = try store.registry().entries()
        let rows = entries.indices.lazy.filter { isWanted(entries[$0]) }.map { Row(entries[$0]) }
        try Output.list(Array(rows), output)
        if rows.isEmpty, output.format == .table, !output.quiet {
            StandardError.line("no models; zoo pretrain makes one, zoo import reads one from a file")
        }
    }

    private func isWanted(_ entry: ModelRegistry.Entry) -> Bool {
        (prefix.map { entry.reference?.hasPrefix($0) ?? false } ?? true)
            && (kind.map { entry.summary.kind == $0.rawValue } ?? true)
    }

    static func parseKind(_ text: String) throws -> ModelDocument.Kind {
        guard let kind = ModelDocument.Kind(rawValue: text) else {
            throw ValidationError("no kind \"\(text)\": encoder, head or delta")
        }
        return kind
    }

    /// One tag.
    struct Row: ListRow {
        let name: String
        let tag: String
        let kind: String?
        let encoder: String?
        let base: String?
        let baseDigest: String?
        let tasks: [String]
        let size: Int
        let digest: String
        let published: String?
        let origin: String

        init(_ entry: ModelRegistry.Entry) {
            name = entry.name ?? ""
            tag = entry.tag ?? ""
            kind = entry.summary.kind
            encoder = entry.summary.encoder
            base = entry.summary.base
            baseDigest = entry.summary.baseDigest
            tasks = entry.summary.tasks
            size = entry.summary.size
            digest = entry.descriptor.digest.description
            published = entry.summary.published
            origin = entry.origin.rawValue
        }

        /// A tag of a registry; its name is what `zoo pull` takes.
        init(_ entry: RemoteEntry) {
            name = "\(entry.reference.registry)/\(entry.reference.repository)"
            tag = entry.reference.tag ?? ""
            kind = entry.summary.kind
            encoder = entry.summary.encoder
            base = entry.summary.base
            baseDigest = entry.summary.baseDigest
            tasks = entry.summary.tasks
            size = entry.summary.size
            digest = entry.digest.description
            published = nil
            origin = entry.reference.registry
        }

        static let columns: [TextTable.Column] = [
            .init("NAME"), .init("TAG"), .init("KIND"),
            .init("BASE", minimumWidth: 4), .init("TASKS", minimumWidth: 5), .init("SIZE", .trailing),
            .init("DIGEST", minimumWidth: 7), .init("PUBLISHED", isOptional: true), .init("IN", minimumWidth: 3),
        ]

        var cells: [String] {
            [
                name, tag, kind ?? "-", base ?? "-", tasks.isEmpty ? "-" : tasks.joined(separator: ","),
                Amounts.bytes(size), Amounts.shortDigest(digest), published.map { String($0.prefix(10)) } ?? "-",
                origin,
            ]
        }

        var identifier: String { tag.isEmpty ? digest : "\(name):\(tag)" }
    }
}
