/// Which small slots share one table that has a row for each combination of their ids.
package struct SlotGrouping {
    private let sizes: [Int]
    /// Slots' indices, ascending in each group.
    package private(set) var groups: [[Int]]
    /// Combinations of all groups together.
    package private(set) var rows: Int

    /// As few groups as have at most `rowLimit` combinations together; each slot for itself where even that is too many.
    package init(sizes: [Int], rowLimit: Int) {
        self.sizes = sizes
        (groups, rows) = (sizes.indices.map { [$0] }, sizes.reduce(0, +))
        // More groups have fewer combinations, so the least number that fits is found by halving.
        var numbers = 1..<max(1, sizes.count)
        while !numbers.isEmpty {
            let count = numbers.lowerBound + numbers.count / 2
            if let found = Self.balanced(sizes, count), found.rows <= rowLimit {
                (groups, rows) = found
                numbers = numbers.lowerBound..<count
            } else {
                numbers = (count + 1)..<numbers.upperBound
            }
        }
    }

    /// The largest slots first, each put into the group that has the fewest combinations; nil where they overflow.
    private static func balanced(_ sizes: [Int], _ count: Int) -> (groups: [[Int]], rows: Int)? {
        var groups = [[Int]](repeating: [], count: count)
        var products = [Int](repeating: 1, count: count)
        for slot in sizes.indices.sorted(by: { (sizes[$1], $0) < (sizes[$0], $1) }) {
            guard let least = products.indices.min(by: { products[$0] < products[$1] }) else { return nil }
            let (product, overflows) = products[least].multipliedReportingOverflow(by: sizes[slot])
            guard !overflows else { return nil }
            products[least] = product
            groups[least].append(slot)
        }
        var rows = 0
        for product in products {
            let (sum, overflows) = rows.addingReportingOverflow(product)
            guard !overflows else { return nil }
            rows = sum
        }
        return (groups.filter { !$0.isEmpty }.map { $0.sorted() }, rows)
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
