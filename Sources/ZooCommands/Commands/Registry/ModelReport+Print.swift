import OCI
import ZooRegistry
import ZooText

extension ModelReport {
    /// Prints the report for people; every text from the model is escaped.
    func print() throws {
        try printHeading()
        try printFeatures()
        try printTasks()
        try printLayers()
        try printTensors()
        try printLineage()
        if let card {
            try Output.line("\n" + Terminal.bold("Card"))
            try Output.line(TerminalText.escapeLines(card.trimmingSuffix(while: \.isNewline)))
        }
    }

    private func printHeading() throws {
        try Output.line(Terminal.bold(TerminalText.escape(reference ?? document.name)))
        try field("Digest", digest)
        if let yanked {
            try field("Yanked", yanked)
        }
        try field("Kind", "\(document.kind.rawValue), \(document.encoder.type) encoder")
        try field(
            "Encoder",
            "\(Amounts.count(document.encoder.parameters)) parameters, output width \(document.encoder.outputWidth)"
        )
        let place = origin == "own" ? "your store" : origin == "bundled" ? "the bundled zoo" : origin
        try field("Size", "\(Amounts.bytes(size)), in \(place)")
        if let published {
            try field("Published", published)
        }
        if let licences = document.licences {
            try field("Licence", licences.joined(separator: ", "))
        }
        let training = document.training
        try field("Training", "\(training.mode), \(Amounts.plural(training.epochs, "epoch")), seed \(training.seed)")
        for source in training.data {
            try field(
                "Data",
                "\(source.role) \(source.file), \(Amounts.count(source.rows)) rows, \(source.digest.prefix(19))"
            )
        }
        try field("Made by", "zoo \(document.tool.version) on \(document.tool.instructionSet)")
    }

    private func field(_ name: String, _ value: String) throws {
        let padding = String(repeating: " ", count: max(1, 11 - name.count))
        try Output.line("  \(name)\(padding)\(TerminalText.escape(value))")
    }

    private func printFeatures() throws {
        guard !document.features.isEmpty else {
            return
        }
        try Output.line("\n" + Terminal.bold("Features"))
        var table = TextTable(columns: [
            .init("NAME", minimumWidth: 8), .init("KIND"), .init("SCOPE"), .init("CARDINALITY", .trailing),
        ])
        for feature in document.features {
            table.append([
                feature.name, feature.kind, feature.scope, feature.cardinality.map { Amounts.count($0) } ?? "-",
            ])
        }
        try Output.write(table.rendered())
    }

    private func printTasks() throws {
        guard !document.tasks.isEmpty else {
            return
        }
        try Output.line("\n" + Terminal.bold("Tasks"))
        var table = TextTable(columns: [
            .init("NAME", minimumWidth: 8), .init("KIND"), .init("CLASSES", minimumWidth: 8),
        ])
        for task in document.tasks {
            table.append([task.name, task.kind, task.classes?.joined(separator: ",") ?? "-"])
        }
        try Output.write(table.rendered())
        try printMetrics()
    }

    private func printMetrics() throws {
        let names = Set(document.tasks.flatMap(\.metrics.keys)).sorted()
        guard !names.isEmpty else {
            return
        }
        try Output.line("\n" + Terminal.bold("Metrics"))
        let columns = document.tasks.map {
            TextTable.Column(TerminalText.escape($0.name.uppercased()), .trailing)
        }
        var table = TextTable(columns: [.init("METRIC")] + columns)
        for name in names {
            table.append([name] + document.tasks.map { $0.metrics[name].map { Amounts.fixed($0, 4) } ?? "" })
        }
        try Output.write(table.rendered())
    }

    private func printLayers() throws {
        try Output.line("\n" + Terminal.bold("Layers"))
        var table = TextTable(columns: [
            .init("CONTENT", minimumWidth: 12), .init("SIZE", .trailing), .init("DIGEST"), .init("SHARED"),
        ])
        for layer in layers {
            table.append([
                layer.title, Amounts.bytes(layer.size), Amounts.shortDigest(layer.digest),
                layer.sharedWithBase ? "with base" : "-",
            ])
        }
        try Output.write(table.rendered())
    }

    private func printTensors() throws {
        guard let tensors else {
            return
        }
        try Output.line("\n" + Terminal.bold("Tensors"))
        var table = TextTable(columns: [
            .init("MODULE", minimumWidth: 8), .init("NAME", minimumWidth: 12), .init("TYPE"), .init("SHAPE"),
        ])
        for (module, rows) in tensors.sorted(by: { $0.key < $1.key }) {
            for row in rows {
                table.append([module, row.name, row.type, "\(row.shape)"])
            }
        }
        try Output.write(table.rendered())
    }

    private func printLineage() throws {
        try Output.line("\n" + Terminal.bold("Lineage"))
        var depth = 0
        for base in bases.reversed() {
            try node(base, depth: depth, note: base.present ? "" : "  (missing)")
            depth += 1
        }
        try node(reference ?? document.name, digest, depth: depth, note: "  <- this")
        try descendants(descendants, depth: depth + 1)
    }

    private func descendants(_ nodes: [Node], depth: Int) throws {
        for child in nodes {
            try node(child, depth: depth, note: "")
            try descendants(child.descendants ?? [], depth: depth + 1)
        }
    }

    private func node(_ node: Node, depth: Int, note: String) throws {
        try self.node(node.reference ?? "(no tag)", node.digest, depth: depth, note: note)
    }

    private func node(_ name: String, _ digest: String, depth: Int, note: String) throws {
        let indent = depth == 0 ? "  " : "  " + String(repeating: "   ", count: depth - 1) + "└─ "
        try Output.line("\(indent)\(TerminalText.escape(name))  \(Amounts.shortDigest(digest))\(note)")
    }
}

extension String {
    fileprivate func trimmingSuffix(while predicate: (Character) -> Bool) -> String {
        var text = self[...]
        while let last = text.last, predicate(last) {
            text.removeLast()
        }
        return String(text)
    }
}
