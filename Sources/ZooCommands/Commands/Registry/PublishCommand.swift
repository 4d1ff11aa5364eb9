import ArgumentParser
import OCI
package import ZooRegistry

/// `zoo publish`: a model directory becomes a tagged artifact.
struct PublishCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "publish",
        abstract: "Pack a model directory into your store and tag it.",
        discussion: """
            Example: publish what a training run wrote with --out.
              zoo finetune shop-mmoe --task task.yaml --data few.csv --out run1
              zoo publish run1 again:1.0.0

            The same directory always gives the same digest. A fine-tune's encoder is stored once: its layers are
            those of its base, which must be at hand and the same to the byte.
            """
    )

    @Argument(help: ArgumentHelp("The model directory.", valueName: "dir"), completion: .directory)
    var directory: String

    @Argument(help: ArgumentHelp("NAME:TAG to publish it as.", valueName: "name:tag"))
    var name: String

    @Flag(name: .long, help: "Move the tag if it points to another model.")
    var move = false

    @OptionGroup var output: OutputOptions
    @OptionGroup var store: StoreOptions

    func run() async throws {
        let publication = try store.registry().publish(directory: directory, as: name, move: move)
        try PublicationDocument(publication).print(output)
    }
}

/// What publishing did, as commands print it.
package struct PublicationDocument: Encodable {
    struct Layer: Encodable {
        let title: String
        let digest: String
        let size: Int
        let new: Bool
        let shared: Bool
    }

    let reference: String
    let digest: String
    let base: String?
    let previous: String?
    let growth: Int
    let layers: [Layer]
    let pulledBase: String?

    package init(_ publication: Publication) {
        reference = publication.reference
        digest = publication.digest.description
        base = publication.baseDigest?.description
        previous = publication.previous?.description
        growth = publication.growth
        pulledBase = publication.pulledBase
        layers = publication.layers.map {
            Layer(title: $0.title, digest: $0.digest.description, size: $0.size, new: $0.isNew, shared: $0.isShared)
        }
    }

    /// Prints digest and growth: `heads 12.4 KB new, encoder 1.9 MB shared with sha256:…`.
    package func print(_ options: OutputOptions) throws {
        if options.format == .json {
            return try Output.json(self)
        }
        if options.quiet {
            return try Output.line(digest)
        }
        if let pulledBase {
            try Output.line("pulled its base \(TerminalText.escape(pulledBase)) from the bundled zoo")
        }
        try Output.line("published \(TerminalText.escape(reference))  \(digest)")
        try Output.line("  \(growthText)")
        if let previous {
            try Output.line("  the tag pointed to \(previous) before")
        }
    }

    private var growthText: String {
        func total(_ layers: [Layer]) -> Int { layers.reduce(0) { $0 + $1.size } }
        var parts: [String] = []
        for group in ["encoder", "deltas", "heads"] {
            let new = total(layers.filter { $0.new && $0.title.hasPrefix(group) })
            if new > 0 {
                parts.append("\(group) \(Amounts.bytes(new)) new")
            }
        }
        let shared = total(layers.filter { $0.shared && $0.title.hasPrefix("encoder") })
        if shared > 0, let base {
            parts.append("encoder \(Amounts.bytes(shared)) shared with \(base.prefix(19))")
        }
        return "store grew by \(Amounts.bytes(growth))" + (parts.isEmpty ? "" : ": " + parts.joined(separator: ", "))
    }
}
