/// Where a tensor lies in its file and what it is.
public struct TensorInfo: Sendable, Equatable {
    /// Element type.
    public let type: TensorType
    /// Sizes, outermost first; empty for a scalar.
    public let shape: [Int]
    /// Bytes of the data section, which begins after the header.
    public let range: Range<Int>

    /// Number of elements.
    public var count: Int { range.count / type.size }

    /// The bytes that `shape` elements of `type` take, or nil if that overflows or a size is negative.
    static func byteCount(_ type: TensorType, _ shape: [Int]) -> Int? {
        var bytes = type.size
        for size in shape {
            guard size >= 0 else { return nil }
            let (product, overflow) = bytes.multipliedReportingOverflow(by: size)
            if overflow { return nil }
            bytes = product
        }
        return bytes
    }
}
