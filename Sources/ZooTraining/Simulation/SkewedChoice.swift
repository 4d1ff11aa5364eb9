/// Picks elements with Zipf-like skew: the element of rank r (from 0) with a weight of 1 / (r + offset).
final class SkewedChoice: Sendable {
    private let cumulative: [Double]
    private let elements: [Int32]

    /// Ranks the elements in the order given.
    init(_ elements: [Int32], offset: Double) {
        self.elements = elements
        var sum = 0.0
        cumulative = elements.indices.map { rank in
            sum += 1 / (Double(rank) + offset)
            return sum
        }
    }

    /// The element of a number from [0, 1).
    func element(at uniform: Double) -> Int {
        let target = uniform * (cumulative.last ?? 0)
        var (low, high) = (0, cumulative.count - 1)
        while low < high {
            let middle = (low + high) / 2
            if cumulative[middle] > target { high = middle } else { low = middle + 1 }
        }
        return Int(elements[low])
    }
}
