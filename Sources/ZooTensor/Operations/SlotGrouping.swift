/// Which small slots share one table that has a row for each combination of their ids.
package struct SlotGrouping {
    private let sizes: [Int]
    /// Slots' indices, ascending in each group.
    package private(set) var groups: [[Int]]
    /// Combinations of all groups together.
    package private(set) var rows: Int

    /// Merges the two smallest groups for as long as all tables have at most `rowLimit` rows together.
    package init(sizes: [Int], rowLimit: Int) {
        self.sizes = sizes
        var smallestFirst = sizes.indices.sorted { (sizes[$0], $0) < (sizes[$1], $1) }.map { ([$0], sizes[$0]) }
        rows = sizes.reduce(0, +)
        while smallestFirst.count > 1 {
            let (first, second) = (smallestFirst[0], smallestFirst[1])
            let (product, overflows) = first.1.multipliedReportingOverflow(by: second.1)
            guard !overflows, rows - first.1 - second.1 + product <= rowLimit else { break }
            rows += product - first.1 - second.1
            smallestFirst.removeFirst(2)
            let place = smallestFirst.firstIndex { $0.1 > product } ?? smallestFirst.count
            smallestFirst.insert(((first.0 + second.0).sorted(), product), at: place)
        }
        groups = smallestFirst.map(\.0)
    }

    /// [combinations, members]: the row of every member in a table where slot i begins at `firsts[i]`.
    ///
    /// The first member's id changes fastest.
    package func combinations(of members: [Int], firsts: [Int]) -> [Int32] {
        let count = members.reduce(1) { $0 * sizes[$1] }
        var result: [Int32] = []
        result.reserveCapacity(count * members.count)
        for combination in 0..<count {
            var rest = combination
            for member in members {
                result.append(Int32(firsts[member] + rest % sizes[member]))
                rest /= sizes[member]
            }
        }
        return result
    }
}
