internal import CKernels

private struct SoftmaxDetail: BitwiseCopyable {
    let rows: Int
    let width: Int
    let logarithm: Bool
}

private struct MixDetail: BitwiseCopyable {
    let rows: Int
    let experts: Int
    let width: Int
    let shares: UnsafeMutablePointer<Float>
}

extension Tensor {
    /// The softmax over the last axis.
    public func softmax() -> Tensor { normalisedExponentials(logarithm: false) }
    /// The logarithm of the softmax over the last axis.
    public func logSoftmax() -> Tensor { normalisedExponentials(logarithm: true) }

    private func normalisedExponentials(logarithm: Bool) -> Tensor {
        let detail = SoftmaxDetail(rows: shape.rows, width: shape.width, logarithm: logarithm)
        let result = tape.result(shape, index, detail: detail) { tape, index in
            let detail = tape.detail(index, as: SoftmaxDetail.self)
            guard let target = tape.gradientTarget(Int(tape.nodes[index].inputs.0)) else { return }
            zoo_softmax_gradient(
                target.pointer,
                tape.arrivedGradient(index),
                tape.nodes[index].value,
                detail.rows,
                detail.width,
                detail.logarithm,
                target.accumulate
            )
        }
        zoo_softmax(result.pointer, pointer, detail.rows, detail.width, logarithm)
        return result
    }

    /// A mixture of experts: Σₑ softmax(gates)ₑ · expertₑ in one pass (Ma et al. 2018).
    ///
    /// self is [rows, experts · width], expert by expert in each row; `gates` are logits [rows, experts]; the result
    /// is [rows, width]. At most 256 experts.
    public func mixed(by gates: Tensor) -> Tensor {
        let experts = gates.shape.width
        let rows = shape.rows
        precondition(
            experts > 0 && experts <= 256 && gates.shape.rows == rows && shape.width % experts == 0,
            "cannot mix experts of \(shape) by gates of \(gates.shape)"
        )
        let width = shape.width / experts
        let shares = tape.arena.allocate(rows * experts)
        let detail = MixDetail(rows: rows, experts: experts, width: width, shares: shares)
        let result = tape.result(Shape(rows, width), index, gates.index, detail: detail) { tape, index in
            let detail = tape.detail(index, as: MixDetail.self)
            let inputs = tape.nodes[index].inputs
            let expertsTarget = tape.gradientTarget(Int(inputs.0))
            let gatesTarget = tape.gradientTarget(Int(inputs.1))
            zoo_mix_gradient(
                expertsTarget?.pointer,
                expertsTarget?.accumulate ?? false,
                gatesTarget?.pointer,
                gatesTarget?.accumulate ?? false,
                tape.arrivedGradient(index),
                detail.shares,
                tape.nodes[Int(inputs.0)].value,
                detail.rows,
                detail.experts,
                detail.width
            )
        }
        zoo_mix(result.pointer, shares, pointer, gates.pointer, rows, experts, width)
        return result
    }
}
