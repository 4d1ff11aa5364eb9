internal import CKernels

private struct LayerNormDetail: BitwiseCopyable {
    let rows: Int
    let width: Int
    let mean: UnsafeMutablePointer<Float>
    let inverse: UnsafeMutablePointer<Float>
}

private struct BatchNormDetail: BitwiseCopyable {
    let rows: Int
    let width: Int
    let mean: UnsafeMutablePointer<Float>
    let inverse: UnsafeMutablePointer<Float>
    let fixed: Bool
}

extension Tensor {
    /// Layer normalisation over the last axis (Ba et al. 2016); scale and shift [width].
    public func layerNorm(scale: Tensor, shift: Tensor, epsilon: Float = 1e-5) -> Tensor {
        let rows = shape.rows
        let width = shape.width
        precondition(
            scale.shape.count == width && shift.shape.count == width,
            "layerNorm's scale and shift do not fit \(shape)"
        )
        let detail = LayerNormDetail(
            rows: rows,
            width: width,
            mean: tape.arena.allocate(rows),
            inverse: tape.arena.allocate(rows)
        )
        let result = tape.result(shape, index, scale.index, shift.index, detail: detail, layerNormProduct)
        zoo_layer_norm(
            result.pointer,
            detail.mean,
            detail.inverse,
            pointer,
            scale.pointer,
            shift.pointer,
            rows,
            width,
            epsilon
        )
        return result
    }

    /// ``layerNorm(scale:shift:epsilon:)-(Tensor,_,_)`` on parameters.
    public func layerNorm(scale: Parameter, shift: Parameter, epsilon: Float = 1e-5) -> Tensor {
        layerNorm(scale: tape.tensor(scale), shift: tape.tensor(shift), epsilon: epsilon)
    }

    /// Batch normalisation over all axes but the last (Ioffe and Szegedy 2015), on each shard's own statistics
    /// ("ghost" batches, Hoffer et al. 2017): that keeps shards independent, and results the same for any thread count.
    ///
    /// In training the step folds the statistics into the running averages, shard by shard in order. In inference,
    /// or when `scale` is frozen, the running averages take their place and stay as they are.
    public func batchNorm(
        scale: Parameter,
        shift: Parameter,
        runningMean: Parameter,
        runningVariance: Parameter,
        momentum: Float = 0.1,
        epsilon: Float = 1e-5
    ) -> Tensor {
        let rows = shape.rows
        let width = shape.width
        precondition(
            scale.count == width && shift.count == width && runningMean.count == width
                && runningVariance.count == width,
            "batchNorm's parameters do not fit \(shape)"
        )
        guard let averageMean = runningMean.values.baseAddress, let averageVariance = runningVariance.values.baseAddress
        else { preconditionFailure("a parameter has an address") }
        let fixed = !tape.records || !scale.isTrainable
        let inverse = tape.arena.allocate(width)
        let mean = fixed ? averageMean : tape.arena.allocate(width)
        if fixed {
            zoo_inverse_root(inverse, averageVariance, width, epsilon)
        } else {
            let variance = tape.arena.allocate(width)
            zoo_column_statistics(mean, variance, pointer, rows, width)
            zoo_inverse_root(inverse, variance, width, epsilon)
            tape.statistics.append(
                BatchStatistics(
                    mean: mean,
                    variance: variance,
                    runningMean: averageMean,
                    runningVariance: averageVariance,
                    width: width,
                    rows: rows,
                    momentum: momentum
                )
            )
        }
        let detail = BatchNormDetail(rows: rows, width: width, mean: mean, inverse: inverse, fixed: fixed)
        let scaleTensor = tape.tensor(scale)
        let shiftTensor = tape.tensor(shift)
        let result = tape.result(shape, index, scaleTensor.index, shiftTensor.index, detail: detail, batchNormProduct)
        zoo_batch_norm(result.pointer, pointer, mean, inverse, scaleTensor.pointer, shiftTensor.pointer, rows, width)
        return result
    }
}

private func layerNormProduct(_ tape: Tape, _ index: Int) {
    let detail = tape.detail(index, as: LayerNormDetail.self)
    let inputs = tape.nodes[index].inputs
    let scale = tape.zeroedGradientTarget(Int(inputs.1))
    let shift = tape.zeroedGradientTarget(Int(inputs.2))
    let target = tape.gradientTarget(Int(inputs.0))
    zoo_layer_norm_gradient(
        target?.pointer,
        scale,
        shift,
        tape.arrivedGradient(index),
        tape.nodes[Int(inputs.0)].value,
        detail.mean,
        detail.inverse,
        tape.nodes[Int(inputs.1)].value,
        detail.rows,
        detail.width,
        target?.accumulate ?? false
    )
}

private func batchNormProduct(_ tape: Tape, _ index: Int) {
    let detail = tape.detail(index, as: BatchNormDetail.self)
    let inputs = tape.nodes[index].inputs
    let scale = tape.zeroedGradientTarget(Int(inputs.1))
    let shift = tape.zeroedGradientTarget(Int(inputs.2))
    let target = tape.gradientTarget(Int(inputs.0))
    let sums = tape.arena.allocate(2 * detail.width)
    zoo_batch_norm_gradient(
        target?.pointer,
        scale,
        shift,
        sums,
        tape.arrivedGradient(index),
        tape.nodes[Int(inputs.0)].value,
        detail.mean,
        detail.inverse,
        tape.nodes[Int(inputs.1)].value,
        detail.rows,
        detail.width,
        detail.fixed,
        target?.accumulate ?? false
    )
}
