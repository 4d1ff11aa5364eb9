internal import CKernels

private struct BinaryDetail: BitwiseCopyable {
    let broadcast: Broadcast
    let operation: zoo_operation
}

extension Tensor {
    /// The sum, broadcasting as NumPy does.
    public static func + (left: Tensor, right: Tensor) -> Tensor { left.combined(zoo_add, right) }
    /// The difference, broadcasting as NumPy does.
    public static func - (left: Tensor, right: Tensor) -> Tensor { left.combined(zoo_subtract, right) }
    /// The product element by element, broadcasting as NumPy does.
    public static func * (left: Tensor, right: Tensor) -> Tensor { left.combined(zoo_multiply, right) }
    /// The quotient element by element, broadcasting as NumPy does.
    public static func / (left: Tensor, right: Tensor) -> Tensor { left.combined(zoo_divide, right) }

    /// Every element times a constant.
    public func scaled(by factor: Float) -> Tensor {
        let result = tape.result(shape, index, detail: factor) { tape, index in
            guard let target = tape.gradientTarget(Int(tape.nodes[index].inputs.0)) else { return }
            let factor = tape.detail(index, as: Float.self)
            zoo_scale(
                target.pointer,
                tape.arrivedGradient(index),
                tape.nodes[index].count,
                factor,
                target.accumulate
            )
        }
        zoo_scale(result.pointer, pointer, shape.count, factor, false)
        return result
    }

    private func combined(_ operation: zoo_operation, _ other: Tensor) -> Tensor {
        let broadcast = Broadcast(shape, other.shape)
        let detail = BinaryDetail(broadcast: broadcast, operation: operation)
        let result = tape.result(broadcast.shape, index, other.index, detail: detail, binaryProduct)
        let out = result.pointer
        let left = pointer
        let right = other.pointer
        broadcast.forEachRun { at, l, r in
            zoo_binary(
                operation,
                out + at,
                left + l,
                broadcast.leftStep,
                right + r,
                broadcast.rightStep,
                broadcast.inner
            )
        }
        return result
    }
}

private func binaryProduct(_ tape: Tape, _ index: Int) {
    let detail = tape.detail(index, as: BinaryDetail.self)
    let inputs = tape.nodes[index].inputs
    if let target = tape.zeroedGradientTarget(Int(inputs.0)) {
        accumulate(tape, index, detail, right: false, target)
    }
    if let target = tape.zeroedGradientTarget(Int(inputs.1)) {
        accumulate(tape, index, detail, right: true, target)
    }
}

private func accumulate(
    _ tape: Tape,
    _ index: Int,
    _ detail: BinaryDetail,
    right: Bool,
    _ target: UnsafeMutablePointer<Float>
) {
    let broadcast = detail.broadcast
    let gradient = tape.arrivedGradient(index)
    let a = tape.nodes[Int(tape.nodes[index].inputs.0)].value
    let b = tape.nodes[Int(tape.nodes[index].inputs.1)].value
    let step = right ? broadcast.rightStep : broadcast.leftStep
    broadcast.forEachRun { at, l, r in
        zoo_binary_gradient(
            detail.operation,
            right,
            target + (right ? r : l),
            step,
            gradient + at,
            a + l,
            broadcast.leftStep,
            b + r,
            broadcast.rightStep,
            broadcast.inner
        )
    }
}
