internal import CKernels

extension Tape {
    /// The mask of one dropout: counters keyed by (seed, step, shard, operation); nothing to store for backward.
    func dropoutMask(_ rate: Float) -> zoo_dropout {
        guard rate > 0, mode == .training else { return zoo_dropout(key0: 0, key1: 0, threshold: 0, scale: 1) }
        precondition(rate < 1, "dropout of everything")
        let bits = CounterRandom(seed: seed, step, UInt64(shard), randomOperations).bits(0)
        randomOperations += 1
        return zoo_dropout(
            key0: UInt32(truncatingIfNeeded: bits), key1: UInt32(truncatingIfNeeded: bits >> 32),
            threshold: UInt32(Double(rate) * 4_294_967_296), scale: 1 / (1 - rate))
    }
}

private struct LinearDetail: BitwiseCopyable {
    let rows: Int
    let inputs: Int
    let outputs: Int
    let activation: zoo_activation
    let dropout: zoo_dropout
    let saved: UnsafeMutablePointer<Float>
}

extension Tensor {
    /// dropout(activation(x·Wᵀ + b)) in one product and one pass; x [rows…, inputs], W [outputs, inputs], b [outputs].
    public func linear(
        _ weight: Tensor, bias: Tensor? = nil, activation: Activation = .identity, dropout: Float = 0
    ) -> Tensor {
        let rows = shape.rows
        let inputs = shape.width
        let outputs = weight.shape[0]
        precondition(
            weight.shape.rank == 2 && weight.shape[1] == inputs, "linear of \(shape) by a weight of \(weight.shape)")
        precondition(bias.map { $0.shape.count == outputs } ?? true, "linear's bias does not have \(outputs) values")
        var resultShape = shape
        resultShape[-1] = outputs
        let mask = tape.dropoutMask(dropout)
        let keepsArgument = activation.needsArgument && tape.records
        let before = keepsArgument ? tape.arena.allocate(rows * outputs) : nil
        let result = tape.makeLinear(resultShape, self, weight, bias, activation, mask, before)
        let out = result.pointer
        Gemm.multiply(
            pointer, inputs, weight.pointer, inputs, into: out, outputs, m: rows, n: outputs, k: inputs,
            transposeB: true)
        if bias != nil || activation != .identity || mask.threshold > 0 {
            withUnsafePointer(to: mask) {
                zoo_bias_activate(activation.kernel, out, before, bias?.pointer, rows, outputs, $0)
            }
        }
        return result
    }

    /// ``linear(_:bias:activation:dropout:)`` on parameters.
    public func linear(
        _ weight: Parameter, bias: Parameter? = nil, activation: Activation = .identity, dropout: Float = 0
    ) -> Tensor {
        linear(
            tape.tensor(weight), bias: bias.map { tape.tensor($0) }, activation: activation, dropout: dropout)
    }
}

extension Tape {
    fileprivate func makeLinear(
        _ shape: Shape, _ x: Tensor, _ weight: Tensor, _ bias: Tensor?, _ activation: Activation, _ mask: zoo_dropout,
        _ before: UnsafeMutablePointer<Float>?
    ) -> Tensor {
        let unset = UnsafeMutablePointer<Float>(bitPattern: 64)
        guard let saved = before ?? unset else { preconditionFailure("64 is not null") }
        let detail = LinearDetail(
            rows: x.shape.rows, inputs: x.shape.width, outputs: shape.width, activation: activation.kernel,
            dropout: mask, saved: saved)
        let result = result(shape, x.index, weight.index, bias?.index ?? -1, detail: detail, linearProduct)
        if before == nil, let raw = nodes[result.index].detail {
            let value = nodes[result.index].value
            raw.storeBytes(
                of: LinearDetail(
                    rows: detail.rows, inputs: detail.inputs, outputs: detail.outputs, activation: detail.activation,
                    dropout: mask, saved: value),
                as: LinearDetail.self)
        }
        return result
    }
}

private func linearProduct(_ tape: Tape, _ index: Int) {
    let detail = tape.detail(index, as: LinearDetail.self)
    let inputs = tape.nodes[index].inputs
    let gradient = tape.arrivedGradient(index)
    let bias = tape.zeroedGradientTarget(Int(inputs.2))
    if bias != nil || detail.activation != zoo_identity || detail.dropout.threshold > 0 {
        withUnsafePointer(to: detail.dropout) {
            zoo_bias_activate_gradient(
                detail.activation, gradient, detail.saved, bias, detail.rows, detail.outputs, $0)
        }
    }
    if let weight = tape.gradientTarget(Int(inputs.1)) {
        Gemm.multiply(
            gradient, detail.outputs, tape.nodes[Int(inputs.0)].value, detail.inputs,
            into: weight.pointer, detail.inputs, m: detail.outputs, n: detail.inputs, k: detail.rows,
            transposeA: true, accumulate: weight.accumulate)
    }
    if let x = tape.gradientTarget(Int(inputs.0)) {
        Gemm.multiply(
            gradient, detail.outputs, tape.nodes[Int(inputs.1)].value, detail.inputs,
            into: x.pointer, detail.inputs, m: detail.rows, n: detail.inputs, k: detail.outputs,
            accumulate: x.accumulate)
    }
}
