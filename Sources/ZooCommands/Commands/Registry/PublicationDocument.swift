import OCI
import ZooRegistry
import ZooText

/// What publishing did, as commands print it.
struct PublicationDocument: Encodable {
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

    init(_ publication: Publication) {
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
    func print(_ options: OutputOptions) throws {
        if options.format == .json {
            return try Output.json(self)
        }
        if options.quiet {
            return try Output.line(digest)
        }
        for line in lines {
            try Output.line(TerminalText.escape(line))
        }
    }

    /// What publishing did, for people.
    var lines: [String] {
        var lines = ["published \(reference)  \(digest)", "  \(growthText)"]
        if let pulledBase {
            lines.insert("pulled its base \(pulledBase) from the bundled zoo", at: 0)
        }
        if let previous {
            lines.append("  the tag pointed to \(previous) before")
        }
        return lines
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
