private struct MatMulDetail: BitwiseCopyable {
    let batch: Int
    let m: Int
    let n: Int
    let k: Int
    let transposeLeft: Bool
    let transposeRight: Bool
    let leftStep: Int
    let rightStep: Int
}

extension Tensor {
    /// The matrix product over the last two axes, batched over the axes before; either side may be transposed.
    ///
    /// A side of rank 2 is shared by the whole batch.
    public func matmul(_ other: Tensor, transposeLeft: Bool = false, transposeRight: Bool = false) -> Tensor {
        precondition(shape.rank >= 2 && other.shape.rank >= 2, "matmul of \(shape) and \(other.shape)")
        let m = transposeLeft ? shape[-1] : shape[-2]
        let k = transposeLeft ? shape[-2] : shape[-1]
        let n = transposeRight ? other.shape[-2] : other.shape[-1]
        precondition(
            k == (transposeRight ? other.shape[-1] : other.shape[-2]),
            "matmul of \(shape) and \(other.shape)"
        )
        var result = shape.rank >= other.shape.rank ? shape : other.shape
        var batch = 1
        for axis in 0..<(result.rank - 2) {
            precondition(
                (shape.rank == 2 || shape[axis] == result[axis])
                    && (other.shape.rank == 2 || other.shape[axis] == result[axis]),
                "matmul of \(shape) and \(other.shape)"
            )
            batch *= result[axis]
        }
        result[-2] = m
        result[-1] = n
        let detail = MatMulDetail(
            batch: batch,
            m: m,
            n: n,
            k: k,
            transposeLeft: transposeLeft,
            transposeRight: transposeRight,
            leftStep: shape.rank == 2 ? 0 : m * k,
            rightStep: other.shape.rank == 2 ? 0 : k * n
        )
        let tensor = tape.result(result, index, other.index, detail: detail, matMulProduct)
        for item in 0..<batch {
            Gemm.multiply(
                pointer + item * detail.leftStep,
                transposeLeft ? m : k,
                other.pointer + item * detail.rightStep,
                transposeRight ? k : n,
                into: tensor.pointer + item * m * n,
                n,
                m: m,
                n: n,
                k: k,
                transposeA: transposeLeft,
                transposeB: transposeRight
            )
        }
        return tensor
    }
}

private func matMulProduct(_ tape: Tape, _ index: Int) {
    let detail = tape.detail(index, as: MatMulDetail.self)
    let inputs = tape.nodes[index].inputs
    let gradient = tape.arrivedGradient(index)
    let (m, n, k) = (detail.m, detail.n, detail.k)
    if let target = tape.gradientTarget(Int(inputs.0)) {
        if detail.batch == 0 && !target.accumulate {
            target.pointer.update(repeating: 0, count: tape.nodes[Int(inputs.0)].count)
        }
        for item in 0..<detail.batch {
            let right = tape.nodes[Int(inputs.1)].value + item * detail.rightStep
            let into = target.pointer + item * detail.leftStep
            let adds = target.accumulate || (detail.leftStep == 0 && item > 0)
            if detail.transposeLeft {
                // a is stored [k, m]: its gradient is b·gᵀ.
                Gemm.multiply(
                    right,
                    detail.transposeRight ? k : n,
                    gradient + item * m * n,
                    n,
                    into: into,
                    m,
                    m: k,
                    n: m,
                    k: n,
                    transposeA: detail.transposeRight,
                    transposeB: true,
                    accumulate: adds
                )
            } else {
                Gemm.multiply(
                    gradient + item * m * n,
                    n,
                    right,
                    detail.transposeRight ? k : n,
                    into: into,
                    k,
                    m: m,
                    n: k,
                    k: n,
                    transposeB: !detail.transposeRight,
                    accumulate: adds
                )
            }
        }
    }
    if let target = tape.gradientTarget(Int(inputs.1)) {
        if detail.batch == 0 && !target.accumulate {
            target.pointer.update(repeating: 0, count: tape.nodes[Int(inputs.1)].count)
        }
        for item in 0..<detail.batch {
            let left = tape.nodes[Int(inputs.0)].value + item * detail.leftStep
            let into = target.pointer + item * detail.rightStep
            let adds = target.accumulate || (detail.rightStep == 0 && item > 0)
            if detail.transposeRight {
                // b is stored [n, k]: its gradient is gᵀ·a.
                Gemm.multiply(
                    gradient + item * m * n,
                    n,
                    left,
                    detail.transposeLeft ? m : k,
                    into: into,
                    k,
                    m: n,
                    n: k,
                    k: m,
                    transposeA: true,
                    transposeB: detail.transposeLeft,
                    accumulate: adds
                )
            } else {
                Gemm.multiply(
                    left,
                    detail.transposeLeft ? m : k,
                    gradient + item * m * n,
                    n,
                    into: into,
                    n,
                    m: k,
                    n: n,
                    k: m,
                    transposeA: !detail.transposeLeft,
                    accumulate: adds
                )
            }
        }
    }
}
