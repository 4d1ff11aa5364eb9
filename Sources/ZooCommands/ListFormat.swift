package import ArgumentParser

/// How a command prints what it found: a table for people, JSON for programs.
package enum ListFormat: String, ExpressibleByArgument, CaseIterable, Sendable {
    case table, json
}

/// `--format` and `-q`, for every command that prints a listing or a document.
package struct OutputOptions: ParsableArguments {
    @Option(name: .long, help: "How to print: table or json (its keys are in docs/cli-json.md).")
    package var format: ListFormat = .table

    @Flag(name: .shortAndLong, help: "Print only what was asked for: names, digests or nothing, no notes.")
    package var quiet = false

    package init() {}
}

/// A row of a listing: one type gives the table's cells and the JSON object.
package protocol ListRow: Encodable {
    static var columns: [TextTable.Column] { get }
    /// One cell a column, unescaped.
    var cells: [String] { get }
    /// What `--quiet` prints of this row: the name to hand to another command.
    var identifier: String { get }
}

extension Output {
    /// Prints rows as `options` say: a table with headings, a JSON array, or one identifier a line.
    package static func list<Row: ListRow>(_ rows: [Row], _ options: OutputOptions) throws {
        switch (options.format, options.quiet) {
        case (.json, _):
            try json(rows)
        case (.table, true):
            for row in rows {
                try line(TerminalText.escape(row.identifier))
            }
        case (.table, false):
            var table = TextTable(columns: Row.columns)
            for index in rows.indices {
                table.append(rows[index].cells)
            }
            try write(table.rendered())
        }
    }
}
