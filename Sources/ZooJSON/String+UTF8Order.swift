import Glibc

extension String {
    /// Whether this comes before another in the order of their UTF-8 bytes, which sorts canonical JSON.
    package func precedesInUTF8(_ other: String) -> Bool {
        let order = utf8.withContiguousStorageIfAvailable { left in
            other.utf8.withContiguousStorageIfAvailable { right -> Bool in
                let count = Swift.min(left.count, right.count)
                guard count > 0, let first = left.baseAddress, let second = right.baseAddress else {
                    return left.count < right.count
                }
                let sign = memcmp(first, second, count)
                return sign == 0 ? left.count < right.count : sign < 0
            }
        }
        return (order ?? nil) ?? utf8.lexicographicallyPrecedes(other.utf8)
    }
}
