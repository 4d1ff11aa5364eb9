public import ZooTensor

/// x·Wᵀ + b, with the activation and dropout that follow fused into it.
public struct Linear {
    /// [outputs, inputs].
    public let weight: Parameter
    /// [outputs].
    public let bias: Parameter

    /// A layer with PyTorch's first values: uniform in ±1/√inputs.
    public init(_ inputs: Int, _ outputs: Int, in scope: ParameterScope) {
        weight = scope.add("weight", Shape(outputs, inputs), .fanIn(inputs))
        bias = scope.add("bias", Shape(outputs), .fanIn(inputs))
    }

    /// [rows, inputs] → [rows, outputs].
    public func callAsFunction(_ x: Tensor, activation: Activation = .identity, dropout: Float = 0) -> Tensor {
        x.linear(weight, bias: bias, activation: activation, dropout: dropout)
    }
}
