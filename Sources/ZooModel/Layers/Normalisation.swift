public import ZooTensor

/// Layer or batch normalisation of a matrix's columns, with a learnt scale and shift.
public struct Normalisation {
    private let scale: Parameter
    private let shift: Parameter
    private let running: (mean: Parameter, variance: Parameter)?

    /// Normalisation of `width` columns; nil for `.none`.
    public init?(_ name: NormalisationName, width: Int, in scope: ParameterScope) {
        if name == .none { return nil }
        scale = scope.add("scale", Shape(width), .constant(1))
        shift = scope.add("shift", Shape(width), .zeros)
        guard name == .batch else {
            running = nil
            return
        }
        let mean = scope.add("mean", Shape(width), .zeros)
        let variance = scope.add("variance", Shape(width), .constant(1))
        mean.isTrainable = false
        variance.isTrainable = false
        running = (mean, variance)
    }

    /// [rows, width] → [rows, width].
    public func callAsFunction(_ x: Tensor) -> Tensor {
        guard let running else { return x.layerNorm(scale: scale, shift: shift) }
        return x.batchNorm(scale: scale, shift: shift, runningMean: running.mean, runningVariance: running.variance)
    }
}
