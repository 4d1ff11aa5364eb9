public import ZooTensor

/// A task's own mixture of experts: softmax(x·Wᵀ + b) says how much of each, after Ma et al. (KDD 2018).
public struct Gate {
    private let linear: Linear

    /// A gate that reads `inputWidth` columns and weighs `experts`.
    public init(inputWidth: Int, experts: Int, in scope: ParameterScope) {
        linear = Linear(inputWidth, experts, in: scope)
    }

    /// x [rows, inputWidth] and the experts' results [rows, experts · width] → [rows, width].
    public func callAsFunction(_ x: Tensor, experts: Tensor) -> Tensor {
        experts.mixed(by: linear(x))
    }
}
