/// A table of text: columns aligned by what a terminal shows, cut to the terminal's width where there is one.
package struct TextTable {
    /// One column: its heading, where its cells stick, and whether it may be cut when the terminal is narrow.
    package struct Column: Sendable {
        package enum Alignment: Sendable { case leading, trailing }

        package let title: String
        package let alignment: Alignment
        /// Narrowest width this column may be cut to; nil for one that is never cut.
        package let minimumWidth: Int?
        /// Whether this column is left out before any other is cut.
        package let isOptional: Bool

        package init(
            _ title: String,
            _ alignment: Alignment = .leading,
            minimumWidth: Int? = nil,
            isOptional: Bool = false
        ) {
            self.title = title
            self.alignment = alignment
            self.minimumWidth = minimumWidth
            self.isOptional = isOptional
        }
    }

    private static let gap = [UInt8](repeating: UInt8(ascii: " "), count: 2)

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
        let shown = shownColumns(limit: width)
        let widths = fittedWidths(shown, limit: width)
        var heading: [UInt8] = []
        append(columns.map { Cell($0.title) }, shown, widths, to: &heading)
        var text = Array(Terminal.bold(String(decoding: heading, as: UTF8.self)).utf8)
        text.reserveCapacity(rows.count * (widths.reduce(0, +) + Self.gap.count * columns.count))
        text.append(UInt8(ascii: "\n"))
        for row in rows {
            append(row, shown, widths, to: &text)
            text.append(UInt8(ascii: "\n"))
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// Appends a line, without spaces at its end.
    private func append(_ row: [Cell], _ shown: [Int], _ widths: [Int], to text: inout [UInt8]) {
        let last = shown.last { row[$0].width > 0 } ?? 0
        for index in shown where index <= last {
            let cell =
                row[index].width > widths[index]
                ? Cell(TerminalText.truncate(row[index].text, to: widths[index])) : row[index]
            let padding = repeatElement(UInt8(ascii: " "), count: max(0, widths[index] - cell.width))
            if index != shown.first {
                text.append(contentsOf: Self.gap)
            }
            switch columns[index].alignment {
            case .leading:
                text.append(contentsOf: cell.text.utf8)
                if index < last {
                    text.append(contentsOf: padding)
                }
            case .trailing:
                text.append(contentsOf: padding)
                text.append(contentsOf: cell.text.utf8)
            }
        }
    }

    /// The width of a line that shows some columns whole.
    private func lineWidth(_ shown: [Int]) -> Int {
        shown.reduce(0) { $0 + widths[$1] } + Self.gap.count * max(0, shown.count - 1)
    }

    /// All columns, or where they do not fit those that are not optional.
    private func shownColumns(limit: Int?) -> [Int] {
        var shown = Array(columns.indices)
        guard let limit else { return shown }
        while lineWidth(shown) > limit, let optional = shown.lastIndex(where: { columns[$0].isOptional }) {
            shown.remove(at: optional)
        }
        return shown
    }

    /// Natural widths, then the widest cuttable column gives way cell by cell until the line fits.
    private func fittedWidths(_ shown: [Int], limit: Int?) -> [Int] {
        guard let limit else {
            return widths
        }
        var widths = widths
        var excess = lineWidth(shown) - limit
        while excess > 0 {
            let cuttable = shown.filter { widths[$0] > columns[$0].minimumWidth ?? .max }
            guard let widest = cuttable.max(by: { widths[$0] < widths[$1] }) else {
                break
            }
            widths[widest] -= 1
            excess -= 1
        }
        return widths
    }
}
