/// Names that a mistyped one may have meant.
package enum NearestNames {
    /// At most three names within a third of the letters changed, or that begin with `name`, nearest first.
    package static func nearest(to name: String, among names: Set<String>) -> [String] {
        let target = Array(name.utf8)
        let limit = max(1, target.count / 3)
        let scored = names.compactMap { candidate -> (distance: Int, name: String)? in
            if !name.isEmpty && candidate.hasPrefix(name) {
                return (0, candidate)
            }
            let distance = distance(target, Array(candidate.utf8), limit: limit)
            return distance <= limit ? (distance, candidate) : nil
        }
        return scored.sorted { ($0.distance, $0.name) < ($1.distance, $1.name) }.prefix(3).map(\.name)
    }

    /// Edits between two texts where two neighbours swapped count one (optimal string alignment).
    static func distance(_ left: [UInt8], _ right: [UInt8], limit: Int) -> Int {
        guard abs(left.count - right.count) <= limit else {
            return limit + 1
        }
        var beforeLast: [Int] = []
        var last = Array(0...right.count)
        for (i, letter) in left.enumerated() {
            var row = [i + 1]
            for (j, other) in right.enumerated() {
                var cost = min(row[j] + 1, last[j + 1] + 1, last[j] + (letter == other ? 0 : 1))
                if i > 0, j > 0, letter == right[j - 1], left[i - 1] == other {
                    cost = min(cost, beforeLast[j - 1] + 1)
                }
                row.append(cost)
            }
            beforeLast = last
            last = row
        }
        return last[right.count]
    }
}
