/// How two shapes line up, as four nested loops: the innermost runs in a kernel with steps of 0 or 1.
struct Broadcast: BitwiseCopyable {
    let shape: Shape
    /// Extents of the loops, outermost first; adjacent axes that step alike are merged.
    private(set) var extents = SIMD4<Int>(1, 1, 1, 1)
    private(set) var leftSteps = SIMD4<Int>(0, 0, 0, 0)
    private(set) var rightSteps = SIMD4<Int>(0, 0, 0, 0)

    /// Lines two shapes up from their last axes, as NumPy does; traps when extents differ and neither is 1.
    init(_ left: Shape, _ right: Shape) {
        let rank = max(left.rank, right.rank)
        var dimensions = SIMD4<Int>(1, 1, 1, 1)
        var result = left.rank >= right.rank ? left : right
        var leftStride = 1
        var rightStride = 1
        var axes = SIMD4<Int>(1, 1, 1, 1)
        var leftAll = SIMD4<Int>(0, 0, 0, 0)
        var rightAll = SIMD4<Int>(0, 0, 0, 0)
        for back in 0..<rank {
            let l = back < left.rank ? left[left.rank - 1 - back] : 1
            let r = back < right.rank ? right[right.rank - 1 - back] : 1
            precondition(l == r || l == 1 || r == 1, "cannot broadcast \(left) and \(right)")
            let extent = l == 1 ? r : l
            dimensions[3 - back] = extent
            result[rank - 1 - back] = extent
            axes[3 - back] = extent
            leftAll[3 - back] = l == 1 ? 0 : leftStride
            rightAll[3 - back] = r == 1 ? 0 : rightStride
            leftStride *= l
            rightStride *= r
        }
        shape = result
        merge(axes, leftAll, rightAll)
    }

    private mutating func merge(_ axes: SIMD4<Int>, _ left: SIMD4<Int>, _ right: SIMD4<Int>) {
        var slot = 3
        var started = false
        for axis in stride(from: 3, through: 0, by: -1) where axes[axis] != 1 {
            if started, left[axis] == leftSteps[slot] * extents[slot], right[axis] == rightSteps[slot] * extents[slot] {
                extents[slot] *= axes[axis]
                continue
            }
            if started { slot -= 1 }
            started = true
            extents[slot] = axes[axis]
            leftSteps[slot] = left[axis]
            rightSteps[slot] = right[axis]
        }
    }

    /// Elements of one innermost run.
    var inner: Int { extents[3] }
    /// Whether the left side's innermost step is 1.
    var leftStep: Int { leftSteps[3] }
    /// Whether the right side's innermost step is 1.
    var rightStep: Int { rightSteps[3] }

    /// Calls `body(result offset, left offset, right offset)` for each innermost run, in order.
    func forEachRun(_ body: (Int, Int, Int) -> Void) {
        if shape.count == 0 { return }
        var out = 0
        for a in 0..<extents[0] {
            for b in 0..<extents[1] {
                for c in 0..<extents[2] {
                    let at = SIMD4<Int>(a, b, c, 0)
                    body(out, (at &* leftSteps).wrappedSum(), (at &* rightSteps).wrappedSum())
                    out += inner
                }
            }
        }
    }
}
