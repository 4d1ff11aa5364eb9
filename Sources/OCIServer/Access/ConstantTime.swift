/// Comparison that takes the same time wherever the difference is.
package enum ConstantTime {
    /// Whether two secrets of known length are equal; every byte is looked at.
    package static func areEqual(_ left: some Collection<UInt8>, _ right: some Collection<UInt8>) -> Bool {
        guard left.count == right.count else { return false }
        var difference: UInt8 = 0
        for (left, right) in zip(left, right) { difference |= left ^ right }
        return difference == 0
    }
}
