internal import CKernels

private struct ReductionDetail: BitwiseCopyable {
    let outer: Int
    let middle: Int
    let inner: Int
    let scale: Float
}

extension Tensor {
    /// The sum of all elements, a scalar.
    public func sum() -> Tensor { sum(axes: 0..<shape.rank) }
    /// The mean of all elements, a scalar.
    public func mean() -> Tensor { mean(axes: 0..<shape.rank) }
    /// The sum over one axis (negative: from the last), which is dropped.
    public func sum(axis: Int) -> Tensor { sum(axes: place(axis)..<(place(axis) + 1)) }
    /// The mean over one axis (negative: from the last), which is dropped.
    public func mean(axis: Int) -> Tensor { mean(axes: place(axis)..<(place(axis) + 1)) }
    /// The sum over adjacent axes, which are dropped.
    public func sum(axes: Range<Int>) -> Tensor { reduced(axes, scale: 1) }

    /// The mean over adjacent axes, which are dropped; zero where there is nothing to average.
    public func mean(axes: Range<Int>) -> Tensor {
        var middle = 1
        for axis in axes { middle *= shape[axis] }
        return reduced(axes, scale: middle == 0 ? 0 : 1 / Float(middle))
    }

    func place(_ axis: Int) -> Int {
        let position = axis < 0 ? axis + shape.rank : axis
        precondition(position >= 0 && position < shape.rank, "axis \(axis) of a tensor of shape \(shape)")
        return position
    }

    private func reduced(_ axes: Range<Int>, scale: Float) -> Tensor {
        precondition(axes.lowerBound >= 0 && axes.upperBound <= shape.rank, "axes \(axes) of \(shape)")
        var outer = 1
        var middle = 1
        var inner = 1
        var kept = Shape()
        for axis in 0..<shape.rank {
            if axis < axes.lowerBound { outer *= shape[axis] }
            if axes.contains(axis) { middle *= shape[axis] }
            if axis >= axes.upperBound { inner *= shape[axis] }
            if !axes.contains(axis) { kept = kept.appending(shape[axis]) }
        }
        let detail = ReductionDetail(outer: outer, middle: middle, inner: inner, scale: scale)
        let result = tape.result(kept, index, detail: detail) { tape, index in
            guard let target = tape.gradientTarget(Int(tape.nodes[index].inputs.0)) else { return }
            let detail = tape.detail(index, as: ReductionDetail.self)
            zoo_spread_axis(
                target.pointer,
                tape.arrivedGradient(index),
                detail.outer,
                detail.middle,
                detail.inner,
                detail.scale,
                target.accumulate
            )
        }
        zoo_sum_axis(result.pointer, pointer, outer, middle, inner, scale)
        return result
    }
}
