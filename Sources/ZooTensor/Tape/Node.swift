/// A vector-Jacobian product: reads the node's gradient and adds to those of its inputs. Captures nothing.
typealias VectorJacobianProduct = (Tape, Int) -> Void

/// One recorded operation.
struct Node {
    var value: UnsafeMutablePointer<Float>
    var gradient: UnsafeMutablePointer<Float>?
    var count: Int
    var inputs: (Int32, Int32, Int32)
    /// Whether the backward pass must reach this node.
    var needsGradient: Bool
    /// Whether `gradient` has been written; the first writer overwrites, the others add.
    var hasGradient: Bool
    var product: VectorJacobianProduct?
    /// The operation's own numbers, in the arena.
    var detail: UnsafeMutableRawPointer?
}

/// Where an operation leaves an input's gradient: overwritten at first, added to later.
struct GradientTarget {
    let pointer: UnsafeMutablePointer<Float>
    let accumulate: Bool
}
