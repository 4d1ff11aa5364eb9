import ZooTensor

/// Rows of a table in the table's order: all of them, or some, at a bit a row.
package struct RowSelection: Sendable {
    /// Rows of the table.
    package let tableRows: Int
    /// Rows chosen.
    package let count: Int
    /// Empty where all rows are chosen.
    private let marks: [UInt64]

    /// More rows than this are never held out: they would cost time and tell nothing new.
    package static let mostHeldOut = 1_000_000

    /// All rows of a table.
    package init(allOf rows: Int) {
        tableRows = rows
        count = rows
        marks = []
    }

    /// Those rows of a table, asked for in their order, that are wanted.
    package init(of rows: Int, where isWanted: (Int) -> Bool) {
        var marks = [UInt64](repeating: 0, count: (rows + 63) / 64)
        var count = 0
        for row in 0..<rows where isWanted(row) {
            marks[row >> 6] |= 1 << UInt64(row & 63)
            count += 1
        }
        tableRows = rows
        self.count = count
        self.marks = marks
    }

    /// A share of the rows chosen at random, and the others; the same for one seed.
    ///
    /// Algorithm S of Knuth, "The Art of Computer Programming" 3.4.2: the number is exact, and rows are passed once.
    package static func holdingOut(
        _ share: Float,
        of rows: Int,
        seed: UInt64
    ) -> (train: RowSelection, held: RowSelection) {
        let random = ZooTensor.CounterRandom(seed: seed, stream: "hold-out")
        var wanted = min(Int(Double(rows) * Double(share)), mostHeldOut)
        guard wanted > 0 else { return (RowSelection(allOf: rows), RowSelection(of: rows) { _ in false }) }
        let held = RowSelection(of: rows) { row in
            guard random.integer(UInt64(row), below: rows - row) < wanted else { return false }
            wanted -= 1
            return true
        }
        return (RowSelection(of: rows) { !held.contains($0) }, held)
    }

    /// About so many of the chosen rows, evenly spread.
    package func thinned(to wanted: Int) -> RowSelection {
        let step = max(1, count / wanted)
        var position = -1
        return RowSelection(of: tableRows) { row in
            guard contains(row) else { return false }
            position += 1
            return position % step == 0
        }
    }

    /// Whether a row is chosen.
    package func contains(_ row: Int) -> Bool {
        marks.isEmpty || marks[row >> 6] >> UInt64(row & 63) & 1 == 1
    }

    /// Hands out the chosen rows among some, as runs without gaps, in their order.
    package func forEachRun(in rows: Range<Int>, _ body: (Range<Int>) -> Void) {
        guard !marks.isEmpty else {
            if !rows.isEmpty { body(rows) }
            return
        }
        var row = rows.lowerBound
        while row < rows.upperBound {
            while row < rows.upperBound, !contains(row) { row += 1 }
            let start = row
            while row < rows.upperBound, contains(row) { row += 1 }
            if start < row { body(start..<row) }
        }
    }

    /// Hands out the chosen rows in their order.
    package func forEach(_ body: (Int) -> Void) {
        forEachRun(in: 0..<tableRows) { for row in $0 { body(row) } }
    }
}
