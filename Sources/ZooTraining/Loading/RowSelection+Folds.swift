import ZooModel
import ZooTensor

extension RowSelection {
    /// All rows of a label's table cut at random into parts of the same size, each with about the same share of every
    /// class; the same for one seed.
    static func folds(_ count: Int, of labels: LabelColumn, seed: UInt64) -> [RowSelection] {
        let rows = labels.rowCount
        let random = ZooTensor.CounterRandom(seed: seed, stream: "folds")
        var order = Array(0..<rows)
        for index in stride(from: rows - 1, to: 0, by: -1) {
            order.swapAt(index, random.integer(UInt64(index), below: index + 1))
        }
        if labels.task.kind != .regression {
            // Dealt out class by class, rows without a label last: a rare class lies in as many folds as it can.
            var ranks: [Float: [Int]] = [:]
            for row in order {
                let label = labels.label(ofRow: row)
                ranks[label.isNaN ? .infinity : label, default: []].append(row)
            }
            order = ranks.keys.sorted().flatMap { ranks[$0] ?? [] }
        }
        var fold = [Int](repeating: 0, count: rows)
        for (position, row) in order.enumerated() { fold[row] = position % count }
        return (0..<count).map { part in RowSelection(of: rows) { fold[$0] == part } }
    }
}
