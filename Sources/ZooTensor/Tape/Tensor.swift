/// A handle on a tape's node: two words and a shape, free to copy. Dead after the tape's next reset.
public struct Tensor {
    /// The tape that recorded it; the handle does not keep it alive.
    public unowned(unsafe) let tape: Tape
    let index: Int
    /// The extents; the elements are contiguous and row-major.
    public let shape: Shape

    init(_ tape: Tape, _ index: Int, _ shape: Shape) {
        self.tape = tape
        self.index = index
        self.shape = shape
    }

    var pointer: UnsafeMutablePointer<Float> { tape.nodes[index].value }
    var needsGradient: Bool { tape.nodes[index].needsGradient }

    /// The values, until the tape's next reset.
    public var values: UnsafeMutableBufferPointer<Float> {
        UnsafeMutableBufferPointer(start: pointer, count: shape.count)
    }

    /// The gradient after a backward pass; nil where none arrived.
    public var gradient: UnsafeMutableBufferPointer<Float>? {
        guard tape.nodes[index].hasGradient, let start = tape.nodes[index].gradient else { return nil }
        return UnsafeMutableBufferPointer(start: start, count: shape.count)
    }

    /// The only element of a tensor of one.
    public var item: Float {
        precondition(shape.count == 1, "item of a tensor of shape \(shape)")
        return pointer[0]
    }

    /// The same elements under another shape; no copy, no node.
    public func reshaped(_ shape: Shape) -> Tensor {
        precondition(shape.count == self.shape.count, "cannot reshape \(self.shape) to \(shape)")
        return Tensor(tape, index, shape)
    }

    /// The same values, cut off from the backward pass.
    public func stoppingGradient() -> Tensor {
        tape.leaf(pointer, shape, needsGradient: false)
    }
}
