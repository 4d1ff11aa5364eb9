internal import CKernels

private struct DropoutDetail: BitwiseCopyable {
    let mask: zoo_dropout
}

private struct ActivationDetail: BitwiseCopyable {
    let kernel: zoo_activation
    let usesArgument: Bool
}

extension Tensor {
    /// max(x, 0)
    public func relu() -> Tensor { activated(.relu) }
    /// x Φ(x)
    public func gelu() -> Tensor { activated(.gelu) }
    /// 1 / (1 + e⁻ˣ)
    public func sigmoid() -> Tensor { activated(.sigmoid) }
    /// The hyperbolic tangent.
    public func tanh() -> Tensor { activated(.tanh) }

    /// The activation of every element; ``linear(_:bias:activation:dropout:)-(Tensor,_,_,_)`` fuses it.
    public func activated(_ activation: Activation) -> Tensor {
        if activation == .identity { return self }
        let detail = ActivationDetail(kernel: activation.kernel, usesArgument: activation.needsArgument)
        let result = tape.result(shape, index, detail: detail) { tape, index in
            let detail = tape.detail(index, as: ActivationDetail.self)
            let input = Int(tape.nodes[index].inputs.0)
            guard let target = tape.gradientTarget(input) else { return }
            zoo_activate_gradient(
                detail.kernel,
                target.pointer,
                tape.arrivedGradient(index),
                detail.usesArgument ? tape.nodes[input].value : tape.nodes[index].value,
                tape.nodes[index].count,
                target.accumulate
            )
        }
        zoo_activate(activation.kernel, result.pointer, pointer, shape.count)
        return result
    }

    /// Zeroes each element with probability `rate` and scales the rest by 1/(1 − rate); in training only.
    ///
    /// The mask is a hash of (seed, step, shard, operation, element): the same for any number of threads, and
    /// recomputed by the backward pass instead of stored.
    public func dropout(_ rate: Float) -> Tensor {
        let mask = tape.dropoutMask(rate)
        if mask.threshold == 0 { return self }
        let result = tape.result(shape, index, detail: DropoutDetail(mask: mask)) { tape, index in
            guard let target = tape.gradientTarget(Int(tape.nodes[index].inputs.0)) else { return }
            withUnsafePointer(to: tape.detail(index, as: DropoutDetail.self).mask) {
                zoo_drop(target.pointer, tape.arrivedGradient(index), tape.nodes[index].count, $0, target.accumulate)
            }
        }
        withUnsafePointer(to: mask) { zoo_drop(result.pointer, pointer, shape.count, $0, false) }
        return result
    }
}
