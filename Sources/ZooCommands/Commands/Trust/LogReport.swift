import OCI
import ZooRegistry
import ZooText

/// What `zoo log` prints.
struct LogReport: Encodable {
    struct Model: Encodable {
        let digest: String
        let reference: String?
        let present: Bool
        /// Why it is yanked; nil where it is not.
        let yanked: String?
        var descendants: [Model]?
    }

    struct Move: Encodable {
        let time: String
        let name: String
        let digest: String?
        let previous: String?
    }

    struct Yank: Encodable {
        let time: String
        let yanked: Bool
        let reason: String
    }

    struct Attachment: Encodable {
        let digest: String
        let kind: String
        let detail: String
    }

    /// From the first base to this model.
    let line: [Model]
    let descendants: [Model]
    let history: [Move]
    let yanks: [Yank]
    let attachments: [Attachment]

    init(_ log: ModelLog, in registry: ModelRegistry) throws {
        let said = try registry.yanks()
        func model(_ digest: Digest, _ reference: String?, present: Bool, _ children: [Model]? = nil) -> Model {
            Model(
                digest: digest.description,
                reference: reference,
                present: present,
                yanked: said[digest]?.standing?.reason,
                descendants: children
            )
        }
        func tree(_ nodes: [LineageNode]) -> [Model] {
            nodes.map { node in
                let children = tree(node.descendants)
                return model(node.digest, node.reference, present: true, children.isEmpty ? nil : children)
            }
        }
        line =
            log.bases.reversed().map { model($0.digest, $0.reference, present: $0.entry != nil) }
            + [model(log.entry.descriptor.digest, log.entry.reference, present: true)]
        descendants = tree(log.descendants)
        history = log.moves.map {
            Move(
                time: $0.time,
                name: $0.name,
                digest: $0.digest?.description,
                previous: $0.previous?.description
            )
        }
        yanks = log.yanks.map { Yank(time: $0.time, yanked: $0.isYanked, reason: $0.reason) }
        attachments = log.attachments.map {
            Attachment(digest: $0.digest.description, kind: $0.kind, detail: $0.detail)
        }
    }
}

extension LogReport {
    /// Prints the report for people; every text from a model is escaped.
    func print() throws {
        try Output.line(Terminal.bold("Lineage"))
        for (depth, model) in line.enumerated() {
            let mark = model.present ? depth == line.count - 1 ? "  <- this" : "" : "  (missing)"
            try node(model, depth: depth, mark)
        }
        try tree(descendants, depth: line.count)
        if !history.isEmpty {
            try Output.line("\n" + Terminal.bold("Tags and aliases"))
            for move in history {
                let what = move.digest.map { "is \(Amounts.shortDigest($0))" } ?? "removed"
                let was = move.previous.map { ", was \(Amounts.shortDigest($0))" } ?? ""
                try Output.line(TerminalText.escape("  \(move.time)  \(move.name) \(what)\(was)"))
            }
        }
        if !yanks.isEmpty {
            try Output.line("\n" + Terminal.bold("Yanks"))
            for yank in yanks {
                let what = yank.yanked ? "yanked" : "taken back"
                try Output.line(
                    TerminalText.escape("  \(yank.time)  \(what)\(yank.reason.isEmpty ? "" : ": \(yank.reason)")")
                )
            }
        }
        let others = attachments.filter { $0.kind != "yank" }
        guard !others.isEmpty else { return }
        try Output.line("\n" + Terminal.bold("Attached"))
        for attachment in others {
            try Output.line(
                TerminalText.escape(
                    "  \(Amounts.shortDigest(attachment.digest))  \(attachment.kind), \(attachment.detail)"
                )
            )
        }
    }

    private func tree(_ models: [Model], depth: Int) throws {
        for model in models {
            try node(model, depth: depth, "")
            try tree(model.descendants ?? [], depth: depth + 1)
        }
    }

    private func node(_ model: Model, depth: Int, _ mark: String) throws {
        let indent = depth == 0 ? "  " : "  " + String(repeating: "   ", count: depth - 1) + "└─ "
        let yanked = model.yanked.map { "  (yanked: \($0))" } ?? ""
        let name = model.reference ?? "(no tag)"
        try Output.line(
            "\(indent)\(TerminalText.escape("\(name)  \(Amounts.shortDigest(model.digest))\(mark)\(yanked)"))"
        )
    }
}
