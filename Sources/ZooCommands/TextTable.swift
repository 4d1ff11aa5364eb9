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

    private struct Cell {
        let text: String
        /// Cells of the terminal.
        let width: Int

        init(_ text: String) {
            self.text = text
            width = TerminalText.width(text)
        }
    }

    package let columns: [Column]
    private var rows: [[Cell]] = []
    /// The widest cell of each column.
    private var widths: [Int]

    package init(columns: [Column]) {
        self.columns = columns
        widths = columns.map { TerminalText.width($0.title) }
    }

    /// Adds a row; cells are escaped here, missing ones are blank.
    package mutating func append(_ cells: [String]) {
        let row = columns.indices.map { Cell($0 < cells.count ? TerminalText.escape(cells[$0]) : "") }
        for (column, cell) in row.enumerated() where cell.width > widths[column] {
            widths[column] = cell.width
        }
        rows.append(row)
    }

    /// The table with its headings, each line ended by a newline.
    ///
    /// - Parameter width: cells to fit into, nil for no limit.
    package func rendered(width: Int? = Terminal.width) -> String {
        let widths = fittedWidths(limit: width)
        let spaces = (0...(widths.max() ?? 0)).map { String(repeating: " ", count: $0) }
        var heading = ""
        append(columns.map { Cell($0.title) }, widths, spaces, to: &heading)
        var text = Terminal.bold(heading) + "\n"
        text.reserveCapacity(rows.count * (widths.reduce(0, +) + Self.gap.count * columns.count))
        for row in rows {
            append(row, widths, spaces, to: &text)
            text += "\n"
        }
        return text
    }

    /// Appends a line, without spaces at its end.
    private func append(_ row: [Cell], _ widths: [Int], _ spaces: [String], to text: inout String) {
        let last = row.lastIndex { $0.width > 0 } ?? 0
        for (index, cell) in row[...last].enumerated() {
            let cell = cell.width > widths[index] ? Cell(TerminalText.truncate(cell.text, to: widths[index])) : cell
            let padding = spaces[max(0, widths[index] - cell.width)]
            if index > 0 {
                text += Self.gap
            }
            switch columns[index].alignment {
            case .leading:
                text += cell.text
                if index < last {
                    text += padding
                }
            case .trailing:
                text += padding
                text += cell.text
            }
        }
    }

    /// Natural widths, then the widest cuttable column gives way cell by cell until the line fits.
    private func fittedWidths(limit: Int?) -> [Int] {
        guard let limit else {
            return widths
        }
        var widths = widths
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
