internal import CKernels

extension Tensor {
    /// The sum, element by element, of two tensors of one shape.
    public static func + (left: Tensor, right: Tensor) -> Tensor {
        precondition(left.shape == right.shape, "cannot add \(left.shape) and \(right.shape)")
        let result = left.tape.result(left.shape, left.index, right.index, detail: left.shape.count) { tape, index in
            let inputs = tape.nodes[index].inputs
            let gradient = tape.arrivedGradient(index)
            let count = tape.detail(index, as: Int.self)
            for input in [inputs.0, inputs.1] {
                guard let target = tape.gradientTarget(Int(input)) else { continue }
                zoo_scale(target.pointer, gradient, count, 1, target.accumulate)
            }
        }
        zoo_scale(result.pointer, left.pointer, left.shape.count, 1, false)
        zoo_scale(result.pointer, right.pointer, left.shape.count, 1, true)
        return result
    }
}
