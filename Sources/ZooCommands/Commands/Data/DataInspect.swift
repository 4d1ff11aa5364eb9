package import ArgumentParser
import ZooFiles
import ZooModel
import ZooText
import ZooTraining

extension DataCommand {
    /// `zoo data inspect`.
    package struct Inspect: ParsableCommand {
        package static let configuration = CommandConfiguration(
            abstract: "Show a data file's columns and propose a schema.",
            discussion: """
                Guesses separator, header, encoding and missing markers, and what each column
                is: a category, a number, a bag such as a|b|c, a text, a moment, a label.
                Files may be compressed; of a large one the first 64 MiB are read. The
                proposal is a start: read it, above all its tasks, before you train.

                Examples:
                  zoo data inspect shop/train.csv
                  zoo data inspect shop/train.csv --propose schema.yaml
                  zoo data inspect shop/train.csv --schema shop/schema.yaml \\
                    --format json
                """
        )

        @Argument(help: "The file: CSV, TSV or JSON Lines, plain or compressed.")
        var file: String

        @Option(name: .long, help: "A schema to check the file against, instead of guessing.")
        var schema: String?

        @Option(name: .long, help: "Write the proposed schema to this file, which must not exist.")
        var propose: String?

        @OptionGroup var output: OutputOptions

        package init() {}

        package func run() throws {
            if schema != nil, propose != nil {
                throw CommandError(.usage, "--propose guesses a schema and --schema gives one: choose one of them")
            }
            let inspection = try DataInspection(file, schema: schema.map { try Schema.read($0) })
            if let propose {
                if (try? OpenFile(propose)) != nil {
                    throw CommandError(.usage, "\(propose) exists already: name another file or remove it")
                }
                try AtomicFile.write(Array(proposal(inspection).utf8), to: propose)
            }
            if output.format == .json {
                try Output.json(InspectionDocument(inspection, isProposal: schema == nil))
            } else {
                try printTables(inspection)
            }
        }

        private func printTables(_ inspection: DataInspection) throws {
            if !output.quiet {
                let bad = inspection.badRows == 0 ? "" : ", \(inspection.badRows) unreadable"
                let extent = inspection.isSampled ? " (the first 64 MiB)" : ""
                let source = inspection.schema.source.summary
                try Output.line(
                    "\(file): \(source); \(Amounts.plural(inspection.rows, "row"))\(bad)\(extent), "
                        + "\(Amounts.plural(inspection.columns.count, "column"))\n"
                )
            }
            try Output.list(inspection.columns.map(ColumnRow.init), output)
            guard schema == nil, !output.quiet else { return }
            if let propose {
                try Output.line("\nA schema to start from is in \(propose).")
            } else {
                try Output.line("\nA schema to start from (--propose FILE writes it):\n")
                try Output.write(proposal(inspection))
            }
        }

        private func proposal(_ inspection: DataInspection) -> String {
            var text = inspection.schema.briefYAML
            if inspection.schema.tasks.isEmpty {
                text += "# No label was found. Move a column here, for example:\n"
                text += "# tasks:\n#   - {name: like, column: rating, kind: binary, positive: \">= 4\"}\n"
            }
            return text
        }
    }
}

/// A column's line in the table.
private struct ColumnRow: ListRow {
    var column: ColumnProfile

    static let columns: [TextTable.Column] = [
        .init("COLUMN", minimumWidth: 12), .init("KIND"), .init("ROLE"), .init("MISSING", .trailing),
        .init("DISTINCT", .trailing), .init("MIN", .trailing), .init("MEAN", .trailing), .init("MAX", .trailing),
        .init("EXAMPLES", minimumWidth: 10),
    ]

    var cells: [String] {
        let percent = (column.missing * 1_000).rounded() / 10
        return [
            column.name, column.kind, column.role, column.missing == 0 ? "" : "\(percent) %", "\(column.distinct)",
            Self.short(column.minimum), Self.short(column.mean), Self.short(column.maximum),
            column.examples.joined(separator: " · "),
        ]
    }

    var identifier: String { column.name }

    func encode(to encoder: any Swift.Encoder) throws { try column.encode(to: encoder) }

    private static func short(_ number: Double?) -> String {
        guard let number else { return "" }
        if number == number.rounded(), number.magnitude < 1e12 { return "\(Int(number))" }
        return number.magnitude < 1e9 && number.magnitude > 1e-3
            ? "\((number * 1_000).rounded() / 1_000)" : "\(number)"
    }
}

/// What `--format json` prints.
private struct InspectionDocument: Encodable {
    var file: String
    var rows: Int
    var badRows: Int
    var sampled: Bool
    var columns: [ColumnProfile]
    var proposedSchema: String?

    init(_ inspection: DataInspection, isProposal: Bool) {
        file = inspection.path
        rows = inspection.rows
        badRows = inspection.badRows
        sampled = inspection.isSampled
        columns = inspection.columns
        proposedSchema = isProposal ? inspection.schema.briefYAML : nil
    }
}

extension TableFormat {
    /// The format in a few words.
    fileprivate var summary: String {
        if syntax == .jsonLines { return "JSON Lines" }
        let mark = separator == "\t" ? "tabulators" : "'\(separator)'"
        let header = hasHeader ? "with a header" : "without a header"
        let coding = encoding == .utf8 ? "" : ", Latin-1"
        let missing = missingMarkers.isEmpty ? "" : ", missing: \(missingMarkers.joined(separator: " "))"
        return "fields between \(mark), \(header)\(coding)\(missing)"
    }
}
