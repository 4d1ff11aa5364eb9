internal import CKernels

private struct LossDetail: BitwiseCopyable {
    let gradient: UnsafeMutablePointer<Float>
    let count: Int
}

extension Tensor {
    /// scale · Σ weight · (max(x, 0) − x·y + log(1 + e^−|x|)): binary cross-entropy with logits, a scalar.
    ///
    /// `labels` holds one float for each element, in [0, 1]; NaN is missing and contributes nothing. For the mean over
    /// a batch's present labels pass `scale` = taskWeight / (present labels in the *whole* batch, not the shard).
    public func binaryCrossEntropy(
        labels: UnsafePointer<Float>,
        weights: UnsafePointer<Float>? = nil,
        scale: Float
    ) -> Tensor {
        pointwise { zoo_binary_cross_entropy($0, pointer, labels, weights, shape.count, scale) }
    }

    /// scale · Σ weight · (x − y)², a scalar; NaN labels contribute nothing.
    public func squaredError(
        labels: UnsafePointer<Float>,
        weights: UnsafePointer<Float>? = nil,
        scale: Float
    ) -> Tensor {
        pointwise { zoo_squared_error($0, pointer, labels, weights, shape.count, scale) }
    }

    /// scale · Σ weight · Huber(x − y), a scalar: ½d² within `delta`, delta·(|d| − ½delta) outside.
    public func huber(
        labels: UnsafePointer<Float>,
        delta: Float = 1,
        weights: UnsafePointer<Float>? = nil,
        scale: Float
    ) -> Tensor {
        pointwise { zoo_huber($0, pointer, labels, weights, shape.count, delta, scale) }
    }

    /// scale · Σ weight · −log softmax(x)[class], a scalar; x [rows, classes]. A class below 0 is missing.
    public func softmaxCrossEntropy(
        classes: UnsafePointer<Int32>,
        weights: UnsafePointer<Float>? = nil,
        scale: Float
    ) -> Tensor {
        pointwise {
            zoo_softmax_cross_entropy($0, pointer, classes, weights, shape.rows, shape.width, scale)
        }
    }

    // The kernels give value and gradient in one pass; backward only multiplies by what arrives (mostly 1).
    private func pointwise(_ kernel: (UnsafeMutablePointer<Float>?) -> Double) -> Tensor {
        let gradient = needsGradient ? tape.arena.allocate(shape.count) : nil
        let value = kernel(gradient)
        let result = tape.result(
            Shape(),
            index,
            detail: LossDetail(gradient: gradient ?? pointer, count: shape.count),
            lossProduct
        )
        result.pointer[0] = Float(value)
        return result
    }
}

private func lossProduct(_ tape: Tape, _ index: Int) {
    let detail = tape.detail(index, as: LossDetail.self)
    guard let target = tape.gradientTarget(Int(tape.nodes[index].inputs.0)) else { return }
    zoo_scale(target.pointer, detail.gradient, detail.count, tape.arrivedGradient(index)[0], target.accumulate)
}
