/// The extents of a tensor of at most four dimensions, held inline so that making one never allocates.
public struct Shape: Hashable, Sendable, BitwiseCopyable, CustomStringConvertible {
    private var extents: SIMD4<Int32>
    /// The number of dimensions, 0 (a scalar) to 4.
    public let rank: Int

    /// A scalar's shape.
    public init() {
        extents = SIMD4(repeating: 1)
        rank = 0
    }

    /// A vector's shape.
    public init(_ a: Int) {
        extents = SIMD4(Int32(a), 1, 1, 1)
        rank = 1
    }

    /// A matrix's shape: rows, columns.
    public init(_ a: Int, _ b: Int) {
        extents = SIMD4(Int32(a), Int32(b), 1, 1)
        rank = 2
    }

    /// A stack of matrices.
    public init(_ a: Int, _ b: Int, _ c: Int) {
        extents = SIMD4(Int32(a), Int32(b), Int32(c), 1)
        rank = 3
    }

    /// A four-dimensional shape.
    public init(_ a: Int, _ b: Int, _ c: Int, _ d: Int) {
        extents = SIMD4(Int32(a), Int32(b), Int32(c), Int32(d))
        rank = 4
    }

    /// The shape with these extents; traps on more than four.
    public init(_ dimensions: [Int]) {
        precondition(dimensions.count <= 4, "a tensor has at most four dimensions")
        extents = SIMD4(repeating: 1)
        for (axis, extent) in dimensions.enumerated() { extents[axis] = Int32(extent) }
        rank = dimensions.count
    }

    /// The extent of an axis; negative axes count from the last.
    public subscript(axis: Int) -> Int {
        get {
            let position = axis < 0 ? axis + rank : axis
            precondition(position >= 0 && position < rank, "axis out of range")
            return Int(extents[position])
        }
        set {
            let position = axis < 0 ? axis + rank : axis
            precondition(position >= 0 && position < rank, "axis out of range")
            extents[position] = Int32(newValue)
        }
    }

    /// The number of elements.
    public var count: Int { Int(extents[0]) * Int(extents[1]) * Int(extents[2]) * Int(extents[3]) }

    /// The extent of the last axis (1 for a scalar).
    public var width: Int { rank == 0 ? 1 : Int(extents[rank - 1]) }

    /// The product of all extents but the last.
    public var rows: Int {
        var product = 1
        for axis in 0..<max(rank - 1, 0) { product *= Int(extents[axis]) }
        return product
    }

    /// This shape with one more axis at the end.
    func appending(_ extent: Int) -> Shape {
        switch rank {
        case 0: return Shape(extent)
        case 1: return Shape(self[0], extent)
        case 2: return Shape(self[0], self[1], extent)
        default: return Shape(self[0], self[1], self[2], extent)
        }
    }

    /// The extents as an array (allocates).
    public var dimensions: [Int] { (0..<rank).map { Int(extents[$0]) } }

    /// The extents as `[2, 3]`.
    public var description: String { dimensions.description }
}
