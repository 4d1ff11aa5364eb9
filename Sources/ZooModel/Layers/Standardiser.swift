public import ZooTensor

/// (x − mean) · scale by column, with statistics taken once from data: not trained.
public struct Standardiser {
    /// The columns' means.
    public let mean: Parameter
    /// One over the columns' standard deviations.
    public let scale: Parameter

    /// A standardiser of `width` columns that at first changes nothing.
    public init(width: Int, in scope: ParameterScope) {
        mean = scope.add("mean", Shape(width), .zeros)
        scale = scope.add("scale", Shape(width), .constant(1))
        mean.isTrainable = false
        scale.isTrainable = false
    }

    /// [rows, width] → [rows, width].
    public func callAsFunction(_ x: Tensor) -> Tensor {
        (x - x.tape.tensor(mean)) * x.tape.tensor(scale)
    }
}
