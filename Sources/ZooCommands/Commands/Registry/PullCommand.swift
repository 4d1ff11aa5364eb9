import ArgumentParser
import OCI
import ZooRegistry
import ZooText

/// `zoo pull`: a model from a registry or the bundled zoo into the user's store, or any model into a directory.
struct PullCommand: LocalFirstCommand {
    static let configuration = CommandConfiguration(
        commandName: "pull",
        abstract: "Copy a model into your store, or unpack it into a directory.",
        discussion: """
            Examples:
              zoo pull shop-mmoe               # into your store, with its bases
              zoo pull registry.example.com/shop-mmoe:1.0.0
              zoo pull shop-mmoe --into dir    # unpack: zoo.json, encoder/, heads/ …
              zoo pull shop-mmoe --into click --head click   # what one task needs
              zoo pull shop-mmoe --require-signature --key release.pub
            """
    )

    @OptionGroup var model: ReferenceArgument

    @Option(
        name: .long,
        help: ArgumentHelp("Unpack into this directory, which must be new or empty.", valueName: "dir"),
        completion: .directory
    )
    var into: String?

    @Option(name: .customLong("as"), help: ArgumentHelp("The tag to give it in your store.", valueName: "name:tag"))
    var name: String?

    @Flag(name: .long, help: "Move your tag if it points to another model.")
    var move = false

    @Flag(name: .customLong("no-bases"), help: "Leave out the models that it is built on; it works without them.")
    var noBases = false

    @Flag(name: .long, help: "Refuse a model that none of the keys signed: those of --key, else of the policy.")
    var requireSignature = false

    @OptionGroup var accepted: VerificationKeys
    @OptionGroup var parts: SelectionOptions
    @OptionGroup var remote: RemoteOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var store: StoreOptions

    func validate() throws {
        guard into != nil || parts.selection == .all else {
            throw ValidationError("parts of a model go into a directory: give --into DIR")
        }
    }

    nonisolated(nonsending) func start() async throws {
        let registry = try store.registry()
        let policy = try Policy.read(home: registry.home)
        let mustBeSigned = requireSignature || !accepted.files.isEmpty
        let keys = mustBeSigned ? try accepted.keys(orOf: policy) : nil
        switch try ModelPlace(model.reference, registry, remote, home: store.homePath) {
        case .here(let entry):
            try Admission.check(entry, in: registry, text: model.reference, keys: keys)
            try pull(entry, registry)
        case .remote(let reference, let configuration):
            // Before anything is fetched.
            try policy?.require(registry: reference.registry, name: "\(reference)")
            let admission = RemoteAdmission(needsSignature: keys != nil || policy?.keys != nil) { entry, bases in
                try Admission.check(entry, in: registry, text: "\(reference)", keys: keys, bases: bases)
            }
            try await pull(reference, configuration, registry, admission)
        }
    }

    private func pull(_ entry: ModelRegistry.Entry, _ registry: ModelRegistry) throws {
        if let into {
            let artifact = try registry.artifact(entry)
            try artifact.unpack(parts.selection, into: into)
            return try report(
                PullDocument(reference: entry.reference, digest: entry.descriptor.digest.description, directory: into),
                "unpacked \(entry.reference ?? model.reference) into \(into)"
            )
        }
        let transfer = try registry.pull(entry, as: name, move: move)
        let document = PullDocument(
            reference: transfer.reference,
            digest: transfer.digest.description,
            growth: transfer.growth,
            bases: transfer.bases
        )
        let bases = transfer.bases.isEmpty ? "" : ", with its base \(transfer.bases.joined(separator: ", "))"
        try report(
            document,
            "pulled \(transfer.reference ?? model.reference)  \(transfer.digest)\(bases); "
                + "store grew by \(Amounts.bytes(transfer.growth))"
        )
    }

    private func pull(
        _ reference: RemoteReference,
        _ configuration: RemoteConfiguration,
        _ registry: ModelRegistry,
        _ admission: RemoteAdmission
    ) async throws {
        let printer = TransferPrinter(verb: .pull, isQuiet: output.quiet)
        defer { printer.end() }
        if let into {
            let part = try await remote.run(configuration) { session in
                try await registry.pull(
                    parts.selection,
                    of: reference,
                    session,
                    into: into,
                    admission: admission,
                    observer: printer.observer
                )
            }
            printer.end()
            return try report(
                PullDocument(
                    digest: part.digest.description,
                    directory: into,
                    source: part.source.description,
                    fetched: part.fetched
                ),
                "unpacked \(part.source) into \(into); fetched \(Amounts.bytes(part.fetched))"
            )
        }
        let pull = try await remote.run(configuration) { session in
            try await registry.pull(
                reference,
                session,
                as: name,
                move: move,
                withBases: !noBases,
                admission: admission,
                observer: printer.observer
            )
        }
        printer.end()
        if let missing = pull.missingBase, !output.quiet {
            StandardError.warning("\(reference.registry) does not have its base \(missing); the model works without it")
        }
        let document = PullDocument(
            reference: pull.reference,
            digest: pull.digest.description,
            bases: pull.bases,
            source: pull.source.description,
            fetched: pull.fetched,
            present: pull.present
        )
        let bases = pull.bases.isEmpty ? "" : ", with its base \(pull.bases.joined(separator: ", "))"
        let amount = pull.fetched > 0 ? "fetched \(Amounts.bytes(pull.fetched))" : "it was there"
        let present = pull.present > 0 && pull.fetched > 0 ? ", \(Amounts.bytes(pull.present)) were there" : ""
        try report(document, "pulled \(pull.reference)  \(pull.digest)\(bases); \(amount)\(present)")
    }

    private func report(_ document: PullDocument, _ line: String) throws {
        if output.format == .json {
            try Output.json(document)
        } else {
            try Output.line(output.quiet ? document.digest : TerminalText.escape(line))
        }
    }
}

private struct PullDocument: Encodable {
    var reference: String?
    var digest: String
    var directory: String?
    var growth: Int?
    var bases: [String]?
    var source: String?
    var fetched: Int?
    var present: Int?
}
