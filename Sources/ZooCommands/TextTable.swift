/// A table of text: columns aligned by what a terminal shows, cut to the terminal's width where there is one.
package struct TextTable {
    /// One column: its heading, where its cells stick, and whether it may be cut when the terminal is narrow.
    package struct Column: Sendable {
        package enum Alignment: Sendable { case leading, trailing }

        package let title: String
        package let alignment: Alignment
        /// Narrowest width this column may be cut to; nil for one that is never cut.
        package let minimumWidth: Int?

        package init(_ title: String, _ alignment: Alignment = .leading, minimumWidth: Int? = nil) {
            self.title = title
            self.alignment = alignment
            self.minimumWidth = minimumWidth
        }
    }

    private static let gap = "  "

    package let columns: [Column]
    package private(set) var rows: [[String]] = []

    package init(columns: [Column]) {
        self.columns = columns
    }

    /// Adds a row; cells are escaped here, missing ones are blank.
    package mutating func append(_ cells: [String]) {
        rows.append(columns.indices.map { $0 < cells.count ? TerminalText.escape(cells[$0]) : "" })
    }

    /// The table with its headings, each line ended by a newline.
    ///
    /// - Parameter width: cells to fit into, nil for no limit.
    package func rendered(width: Int? = Terminal.width) -> String {
        let widths = fittedWidths(limit: width)
        var text = Terminal.bold(line(columns.map(\.title), widths: widths)) + "\n"
        for row in rows {
            text += line(row, widths: widths)
            text += "\n"
        }
        return text
    }

    private func line(_ cells: [String], widths: [Int]) -> String {
        var result = ""
        for (index, cell) in cells.enumerated() {
            var cell = cell
            var width = TerminalText.width(cell)
            if width > widths[index] {
                cell = TerminalText.truncate(cell, to: widths[index])
                width = TerminalText.width(cell)
            }
            let padding = String(repeating: " ", count: max(0, widths[index] - width))
            let isLast = index == cells.count - 1
            switch columns[index].alignment {
            case .leading: result += isLast ? cell : cell + padding
            case .trailing: result += padding + cell
            }
            if !isLast {
                result += Self.gap
            }
        }
        while result.last == " " {
            result.removeLast()
        }
        return result
    }

    /// Natural widths, then the widest cuttable column gives way cell by cell until the line fits.
    private func fittedWidths(limit: Int?) -> [Int] {
        var widths = columns.map { TerminalText.width($0.title) }
        for row in rows {
            for (index, cell) in row.enumerated() {
                widths[index] = max(widths[index], TerminalText.width(cell))
            }
        }
        guard let limit else {
            return widths
        }
        var excess = widths.reduce(0, +) + Self.gap.count * max(0, columns.count - 1) - limit
        while excess > 0 {
            let cuttable = columns.indices.filter { widths[$0] > columns[$0].minimumWidth ?? .max }
            guard let widest = cuttable.max(by: { widths[$0] < widths[$1] }) else {
                break
            }
            widths[widest] -= 1
            excess -= 1
        }
        return widths
    }
}
