internal import CKernels

private struct SliceDetail: BitwiseCopyable {
    let outer: Int
    let width: Int
    let whole: Int
    let start: Int
}

private struct GatherDetail: BitwiseCopyable {
    let indices: UnsafePointer<Int32>
    let count: Int
    let width: Int
}

private struct ConcatDetail: BitwiseCopyable {
    let parts: UnsafeMutablePointer<Int32>
    let widths: UnsafeMutablePointer<Int>
    let count: Int
    let outer: Int
    let whole: Int
}

extension Tensor {
    /// A copy of the elements in `range` of one axis (negative: from the last).
    public func slice(axis: Int, _ range: Range<Int>) -> Tensor {
        let axis = place(axis)
        precondition(
            range.lowerBound >= 0 && range.upperBound <= shape[axis],
            "slice \(range) of axis \(axis) of \(shape)"
        )
        var outer = 1
        var inner = 1
        for other in 0..<shape.rank {
            if other < axis { outer *= shape[other] }
            if other > axis { inner *= shape[other] }
        }
        var kept = shape
        kept[axis] = range.count
        let detail = SliceDetail(
            outer: outer,
            width: range.count * inner,
            whole: shape[axis] * inner,
            start: range.lowerBound * inner
        )
        let result = tape.result(kept, index, detail: detail) { tape, index in
            guard let target = tape.zeroedGradientTarget(Int(tape.nodes[index].inputs.0)) else { return }
            let detail = tape.detail(index, as: SliceDetail.self)
            zoo_copy_rows(
                target + detail.start,
                detail.whole,
                tape.arrivedGradient(index),
                detail.width,
                detail.outer,
                detail.width,
                true
            )
        }
        zoo_copy_rows(
            result.pointer,
            detail.width,
            pointer + detail.start,
            detail.whole,
            outer,
            detail.width,
            false
        )
        return result
    }

    /// The rows (first axis) at `indices`, which must stay valid until the backward pass; traps on one out of range.
    public func gather(rows indices: UnsafePointer<Int32>, count: Int) -> Tensor {
        precondition(shape.rank >= 1, "gather from a scalar")
        var kept = shape
        kept[0] = count
        var width = 1
        for axis in 1..<max(shape.rank, 1) { width *= shape[axis] }
        let detail = GatherDetail(indices: indices, count: count, width: width)
        let result = tape.result(kept, index, detail: detail) { tape, index in
            guard let target = tape.zeroedGradientTarget(Int(tape.nodes[index].inputs.0)) else { return }
            let detail = tape.detail(index, as: GatherDetail.self)
            let gradient = tape.arrivedGradient(index)
            for row in 0..<detail.count {
                zoo_scale(
                    target + Int(detail.indices[row]) * detail.width,
                    gradient + row * detail.width,
                    detail.width,
                    1,
                    true
                )
            }
        }
        for row in 0..<count {
            let from = Int(indices[row])
            precondition(from >= 0 && from < shape[0], "row \(from) of a tensor of shape \(shape)")
            (result.pointer + row * width).update(from: pointer + from * width, count: width)
        }
        return result
    }
}

extension Tape {
    /// The tensors side by side along one axis (negative: from the last); all other extents must agree.
    public func concat(_ tensors: [Tensor], axis: Int) -> Tensor {
        precondition(!tensors.isEmpty, "concat of nothing")
        let first = tensors[0]
        let axis = first.place(axis)
        var outer = 1
        for other in 0..<axis { outer *= first.shape[other] }
        var shape = first.shape
        shape[axis] = 0
        var whole = 0
        let widths = UnsafeMutableRawPointer(arena.allocate(tensors.count * 2))
            .bindMemory(to: Int.self, capacity: tensors.count)
        let parts = UnsafeMutableRawPointer(arena.allocate(tensors.count))
            .bindMemory(to: Int32.self, capacity: tensors.count)
        var needs = false
        for (position, tensor) in tensors.enumerated() {
            var others = tensor.shape
            precondition(others.rank == shape.rank, "concat of \(first.shape) and \(tensor.shape)")
            shape[axis] += others[axis]
            others[axis] = first.shape[axis]
            precondition(others == first.shape, "concat of \(first.shape) and \(tensor.shape)")
            widths[position] = outer == 0 ? 0 : tensor.shape.count / outer
            parts[position] = Int32(tensor.index)
            whole += widths[position]
            needs = needs || tensor.needsGradient
        }
        let out = arena.allocate(shape.count)
        var start = 0
        for (position, tensor) in tensors.enumerated() {
            zoo_copy_rows(out + start, whole, tensor.pointer, widths[position], outer, widths[position], false)
            start += widths[position]
        }
        let result = leaf(out, shape, needsGradient: needs)
        if result.needsGradient {
            nodes[result.index].detail = arena.store(
                ConcatDetail(parts: parts, widths: widths, count: tensors.count, outer: outer, whole: whole)
            )
            nodes[result.index].product = concatProduct
        }
        return result
    }
}

private func concatProduct(_ tape: Tape, _ index: Int) {
    let detail = tape.detail(index, as: ConcatDetail.self)
    let gradient = tape.arrivedGradient(index)
    var start = 0
    for position in 0..<detail.count {
        let width = detail.widths[position]
        if let target = tape.gradientTarget(Int(detail.parts[position])) {
            zoo_copy_rows(
                target.pointer,
                width,
                gradient + start,
                detail.whole,
                detail.outer,
                width,
                target.accumulate
            )
        }
        start += width
    }
}
