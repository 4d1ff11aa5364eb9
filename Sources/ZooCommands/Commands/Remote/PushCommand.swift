import ArgumentParser
import OCI
import ZooRegistry
import ZooText

/// `zoo push`: a model from the user's store, or the bundled zoo, to a registry.
struct PushCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "push",
        abstract: "Copy a model to a registry.",
        discussion: """
            The bases that the model is built on go first, unless the registry has them.
            What the registry has is not sent again; a fine-tune beside its base sends its
            head alone.

            Examples:
              zoo push shop-mmoe:1.0.0 registry.example.com   # under the same name
              zoo push again:1.0.0 registry.example.com/team/again:1.0.0
              zoo push again:1.0.0         # to the default registry of config.yaml
            """
    )

    @OptionGroup var model: ReferenceArgument

    @Argument(
        help: ArgumentHelp(
            "A registry, HOST/PREFIX/ with a slash at its end, or HOST/NAME:TAG; the default registry if not given.",
            valueName: "remote"
        )
    )
    var target: String?

    @Flag(name: .long, help: "Move the registry's tag if it points to another model.")
    var move = false

    @Flag(name: .customLong("no-bases"), help: "Refuse, rather than push the model's bases first.")
    var noBases = false

    @OptionGroup var remote: RemoteOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var store: StoreOptions

    func run() async throws {
        let registry = try store.registry()
        let configuration = try remote.configuration(home: store.homePath)
        let (entry, target) = try parties(registry, configuration)
        let printer = TransferPrinter(verb: .push, isQuiet: output.quiet)
        defer { printer.end() }
        let push = try await remote.run(configuration) { session in
            try await registry.push(
                entry,
                to: target,
                session,
                move: move,
                withBases: !noBases,
                observer: printer.observer
            )
        }
        printer.end()
        if output.format == .json {
            return try Output.json(PushDocument(push))
        }
        if output.quiet { return try Output.line(push.digest.description) }
        for base in push.bases { try Output.line(TerminalText.escape("pushed its base \(base) first")) }
        if push.layers.isEmpty {
            let attached = push.sent > 0 ? "; sent \(Amounts.bytes(push.sent)) of signatures and statements" : ""
            return try Output.line(TerminalText.escape("\(push.target) is there already  \(push.digest)\(attached)"))
        }
        try Output.line(TerminalText.escape("pushed \(push.target)  \(push.digest)"))
        var parts = ["sent \(Amounts.bytes(push.sent))"]
        if push.mounted > 0 { parts.append("mounted \(Amounts.bytes(push.mounted)) from its base") }
        if push.present > 0 { parts.append("\(Amounts.bytes(push.present)) were there") }
        try Output.line("  " + parts.joined(separator: ", "))
    }

    /// What is pushed, and where to.
    private func parties(
        _ registry: ModelRegistry,
        _ configuration: RemoteConfiguration
    ) throws -> (ModelRegistry.Entry, RemoteReference) {
        let asked = try? Reference(model.reference)
        if target == nil, let asked, let host = asked.registry {
            // As docker has it: the reference says both.
            let local = try registry.resolve(asked.tag.map { "\(asked.name):\($0)" } ?? asked.name)
            return (
                local,
                try RemoteReference(
                    registry: host,
                    repository: asked.name,
                    tag: try asked.tag ?? Self.tag(local)
                )
            )
        }
        let entry = try registry.resolve(model.reference)
        guard let place = target ?? configuration.defaultRegistry.map({ $0.hasSuffix("/") ? $0 : $0 + "/" }) else {
            throw CommandError(
                .usage,
                "push \(model.reference) where to? name a registry, or set registry: in config.yaml"
            )
        }
        if place.hasSuffix("/") || RemotePlace.isRegistry(place) {
            let remote = RemotePlace(place)
            guard let name = entry.name else {
                throw CommandError(.usage, "\(model.reference) has no name here; give it one: HOST/NAME:TAG")
            }
            return (
                entry,
                try RemoteReference(
                    registry: remote.registry,
                    repository: remote.prefix + name,
                    tag: try Self.tag(entry)
                )
            )
        }
        guard let remote = try RemoteReference(place, defaultRegistry: configuration.defaultRegistry) else {
            throw CommandError(.usage, "\(place) names no registry: HOST[:PORT]/NAME[:TAG]")
        }
        guard remote.digest == nil else { throw CommandError(.usage, "\(place): push to a tag, not to a digest") }
        return (entry, remote.tag == nil ? try remote.with(tag: Self.tag(entry)) : remote)
    }

    private static func tag(_ entry: ModelRegistry.Entry) throws -> String {
        if let tag = entry.tag { return tag }
        guard entry.reference == entry.name else {
            throw CommandError(.usage, "\(entry.reference ?? "") has no tag here; give it one: HOST/NAME:TAG")
        }
        return Reference.defaultTag
    }
}

private struct PushDocument: Encodable {
    struct Layer: Encodable {
        let title: String
        let digest: String
        let size: Int
        let outcome: String
    }

    let reference: String
    let digest: String
    let sent: Int
    let mounted: Int
    let present: Int
    let bases: [String]
    let layers: [Layer]

    init(_ push: RemotePush) {
        reference = push.target.description
        digest = push.digest.description
        sent = push.sent
        mounted = push.mounted
        present = push.present
        bases = push.bases.map(\.description)
        layers = push.layers.map {
            Layer(
                title: $0.title,
                digest: $0.digest.description,
                size: $0.size,
                outcome: $0.outcome == .moved ? "sent" : $0.outcome == .mounted ? "mounted" : "present"
            )
        }
    }
}
