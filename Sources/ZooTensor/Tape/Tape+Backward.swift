internal import CKernels

extension Tape {
    /// Runs the tape backwards from a scalar, leaving gradients in the shard's buffers.
    public func backward(_ loss: Tensor, scale: Float = 1) {
        precondition(loss.shape.count == 1, "backward from a tensor of shape \(loss.shape)")
        if loss.needsGradient, let target = gradientTarget(loss.index) {
            target.pointer[0] = target.accumulate ? target.pointer[0] + scale : scale
            propagate(from: loss.index)
        }
        settleParameters()
    }

    /// Runs the tape backwards from any tensor with the gradient given for it.
    public func backward(_ output: Tensor, gradient: [Float]) {
        precondition(gradient.count == output.shape.count, "a gradient of \(gradient.count) for \(output.shape)")
        if output.needsGradient, let target = gradientTarget(output.index) {
            for i in 0..<gradient.count {
                target.pointer[i] = target.accumulate ? target.pointer[i] + gradient[i] : gradient[i]
            }
            propagate(from: output.index)
        }
        settleParameters()
    }

    private func propagate(from last: Int) {
        var index = last
        while index >= 0 {
            if nodes[index].hasGradient, let product = nodes[index].product { product(self, index) }
            index -= 1
        }
    }

    /// Where to leave the gradient of a node: nil when nothing needs it. The caller must write all of it.
    func gradientTarget(_ index: Int) -> GradientTarget? {
        guard index >= 0, nodes[index].needsGradient else { return nil }
        let accumulate = nodes[index].hasGradient
        nodes[index].hasGradient = true
        if let pointer = nodes[index].gradient { return GradientTarget(pointer: pointer, accumulate: accumulate) }
        let pointer = arena.allocate(nodes[index].count)
        nodes[index].gradient = pointer
        return GradientTarget(pointer: pointer, accumulate: accumulate)
    }

    /// As ``gradientTarget(_:)`` for operations that write parts: zeroed at first, always to be added to.
    func zeroedGradientTarget(_ index: Int) -> UnsafeMutablePointer<Float>? {
        guard let target = gradientTarget(index) else { return nil }
        if !target.accumulate { target.pointer.update(repeating: 0, count: nodes[index].count) }
        return target.pointer
    }

    /// The gradient that reached a node; only valid inside its vector-Jacobian product.
    func arrivedGradient(_ index: Int) -> UnsafeMutablePointer<Float> {
        guard let pointer = nodes[index].gradient else { preconditionFailure("no gradient reached the node") }
        return pointer
    }

    /// The operation's own numbers.
    func detail<Detail: BitwiseCopyable>(_ index: Int, as type: Detail.Type) -> Detail {
        guard let raw = nodes[index].detail else { preconditionFailure("the node has no detail") }
        return raw.load(as: type)
    }

    /// Appends the result of an operation on up to three inputs; records it only if a gradient must flow.
    func result<Detail: BitwiseCopyable>(
        _ shape: Shape,
        _ a: Int,
        _ b: Int = -1,
        _ c: Int = -1,
        detail: Detail,
        _ product: @escaping VectorJacobianProduct
    ) -> Tensor {
        let needs =
            records
            && (nodes[a].needsGradient || (b >= 0 && nodes[b].needsGradient) || (c >= 0 && nodes[c].needsGradient))
        let node = Node(
            value: arena.allocate(shape.count),
            gradient: nil,
            count: shape.count,
            inputs: (Int32(a), Int32(b), Int32(c)),
            needsGradient: needs,
            hasGradient: false,
            product: needs ? product : nil,
            detail: needs ? arena.store(detail) : nil
        )
        return Tensor(self, append(node), shape)
    }
}
