internal import CKernels

extension Tape {
    /// The mask of one dropout: counters keyed by (seed, step, shard, operation); nothing to store for backward.
    func dropoutMask(_ rate: Float) -> zoo_dropout {
        guard rate > 0, mode == .training else { return zoo_dropout(key0: 0, key1: 0, threshold: 0, scale: 1) }
        precondition(rate < 1, "dropout of everything")
        let bits = CounterRandom(seed: seed, step, UInt64(shard), randomOperations).bits(0)
        randomOperations += 1
        return zoo_dropout(
            key0: UInt32(truncatingIfNeeded: bits),
            key1: UInt32(truncatingIfNeeded: bits >> 32),
            threshold: UInt32(Double(rate) * 4_294_967_296),
            scale: 1 / (1 - rate)
        )
    }
}

private struct LinearDetail: BitwiseCopyable {
    let rows: Int
    /// Independent products side by side: 1, or the number of experts.
    let groups: Int
    let inputs: Int
    let outputs: Int
    let activation: zoo_activation
    let dropout: zoo_dropout
    /// The argument of the activation where its slope needs that (gelu).
    let argument: UnsafeMutablePointer<Float>?
    /// Where x is an embed's result whose distinct rows are few.
    let factored: FactoredLinear?
}

extension Tensor {
    /// dropout(activation(x·Wᵀ + b)) in one product and one pass; x [rows…, inputs], W [outputs, inputs], b [outputs].
    public func linear(
        _ weight: Tensor,
        bias: Tensor? = nil,
        activation: Activation = .identity,
        dropout: Float = 0
    ) -> Tensor {
        precondition(
            weight.shape.rank == 2 && weight.shape[1] == shape.width,
            "linear of \(shape) by a weight of \(weight.shape)"
        )
        return grouped(weight, bias, activation, dropout, groups: 1, outputs: weight.shape[0])
    }

    /// ``linear(_:bias:activation:dropout:)-(Tensor,_,_,_)`` on parameters.
    public func linear(
        _ weight: Parameter,
        bias: Parameter? = nil,
        activation: Activation = .identity,
        dropout: Float = 0
    ) -> Tensor {
        linear(
            tape.tensor(weight),
            bias: bias.map { tape.tensor($0) },
            activation: activation,
            dropout: dropout
        )
    }

    /// One linear layer for each group (expert), on its own columns of x and without copying them.
    ///
    /// x [rows…, groups · inputs], W [groups, outputs, inputs], b [groups, outputs] → [rows…, groups · outputs].
    public func groupedLinear(
        _ weight: Tensor,
        bias: Tensor? = nil,
        activation: Activation = .identity,
        dropout: Float = 0
    ) -> Tensor {
        precondition(
            weight.shape.rank == 3 && weight.shape[0] * weight.shape[2] == shape.width,
            "groupedLinear of \(shape) by a weight of \(weight.shape)"
        )
        return grouped(
            weight,
            bias,
            activation,
            dropout,
            groups: weight.shape[0],
            outputs: weight.shape[1]
        )
    }

    /// ``groupedLinear(_:bias:activation:dropout:)-(Tensor,_,_,_)`` on parameters.
    public func groupedLinear(
        _ weight: Parameter,
        bias: Parameter? = nil,
        activation: Activation = .identity,
        dropout: Float = 0
    ) -> Tensor {
        groupedLinear(
            tape.tensor(weight),
            bias: bias.map { tape.tensor($0) },
            activation: activation,
            dropout: dropout
        )
    }

    private func grouped(
        _ weight: Tensor,
        _ bias: Tensor?,
        _ activation: Activation,
        _ dropout: Float,
        groups: Int,
        outputs: Int
    ) -> Tensor {
        let rows = shape.rows
        let inputs = shape.width / max(groups, 1)
        let width = groups * outputs
        precondition(bias.map { $0.shape.count == width } ?? true, "linear's bias does not have \(width) values")
        var resultShape = shape
        resultShape[-1] = width
        let mask = tape.dropoutMask(dropout)
        let argument = activation.needsArgument && tape.records ? tape.arena.allocate(rows * width) : nil
        let projection = groups == 1 ? tape.projection(of: self, weight.pointer, outputs: outputs) : nil
        let factored = groups == 1 && projection == nil ? factoredLinear(outputs: outputs) : nil
        let detail = LinearDetail(
            rows: rows,
            groups: groups,
            inputs: inputs,
            outputs: outputs,
            activation: activation.kernel,
            dropout: mask,
            argument: argument,
            factored: factored
        )
        let result = tape.result(
            resultShape,
            index,
            weight.index,
            bias?.index ?? -1,
            detail: detail,
            linearProduct
        )
        let out = result.pointer
        if let projection, activation == .identity || activation == .relu, mask.threshold == 0 {
            projection.layer.multiply(
                tape,
                projection.embedded,
                into: out,
                bias: bias?.pointer,
                relu: activation == .relu
            )
            return result
        }
        projection?.layer.multiply(tape, projection?.embedded ?? 0, into: out, bias: nil, relu: false)
        factored?.multiply(tape, weight.pointer, into: out)
        for group in 0..<(factored == nil && projection == nil ? groups : 0) {
            Gemm.multiply(
                pointer + group * inputs,
                shape.width,
                weight.pointer + group * outputs * inputs,
                inputs,
                into: out + group * outputs,
                width,
                m: rows,
                n: outputs,
                k: inputs,
                transposeB: true
            )
        }
        if bias != nil || activation != .identity || mask.threshold > 0 {
            withUnsafePointer(to: mask) {
                zoo_bias_activate(activation.kernel, out, argument, bias?.pointer, rows, width, $0)
            }
        }
        return result
    }

    private func factoredLinear(outputs: Int) -> FactoredLinear? {
        guard shape.rank == 2, let factoring = tape.factoring(of: self) else { return nil }
        return FactoredLinear(
            input: index,
            rows: shape.rows,
            inputs: shape.width,
            outputs: outputs,
            factoring: factoring
        )
    }
}

private func linearProduct(_ tape: Tape, _ index: Int) {
    let detail = tape.detail(index, as: LinearDetail.self)
    let (x, w, b) = tape.nodes[index].inputs
    let gradient = tape.arrivedGradient(index)
    let bias = tape.zeroedGradientTarget(Int(b))
    let width = detail.groups * detail.outputs
    let inputWidth = detail.groups * detail.inputs
    let weightSize = detail.outputs * detail.inputs
    if bias != nil || detail.activation != zoo_identity || detail.dropout.threshold > 0 {
        withUnsafePointer(to: detail.dropout) {
            zoo_bias_activate_gradient(
                detail.activation,
                gradient,
                detail.argument ?? tape.nodes[index].value,
                bias,
                detail.rows,
                width,
                $0
            )
        }
    }
    if let factored = detail.factored {
        factored.propagate(tape, gradient, tape.nodes[Int(w)].value, weightTarget: tape.gradientTarget(Int(w)))
        return
    }
    if let target = tape.gradientTarget(Int(w)) {
        let input = tape.nodes[Int(x)].value
        for group in 0..<detail.groups {
            Gemm.multiply(
                gradient + group * detail.outputs,
                width,
                input + group * detail.inputs,
                inputWidth,
                into: target.pointer + group * weightSize,
                detail.inputs,
                m: detail.outputs,
                n: detail.inputs,
                k: detail.rows,
                transposeA: true,
                accumulate: target.accumulate
            )
        }
    }
    if let target = tape.gradientTarget(Int(x)) {
        let weight = tape.nodes[Int(w)].value
        for group in 0..<detail.groups {
            Gemm.multiply(
                gradient + group * detail.outputs,
                width,
                weight + group * weightSize,
                detail.inputs,
                into: target.pointer + group * detail.inputs,
                inputWidth,
                m: detail.rows,
                n: detail.inputs,
                k: detail.outputs,
                accumulate: target.accumulate
            )
        }
    }
}
