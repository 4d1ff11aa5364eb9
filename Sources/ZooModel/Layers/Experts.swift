public import ZooTensor

/// Several stacks of one shape over one input, run as batched products: the first as one wide product.
public struct Experts {
    private let layers: [(weight: Parameter, bias: Parameter, normalisation: Normalisation?)]
    private let configuration: MLPConfiguration
    /// How many there are.
    public let count: Int
    /// The width of one expert's result.
    public let outputWidth: Int

    /// `count` stacks; layer i's parameters are `i.weight` [count, outputs, inputs] and `i.bias` [count, outputs].
    public init(_ count: Int, _ configuration: MLPConfiguration, inputWidth: Int, in scope: ParameterScope) {
        var width = inputWidth
        layers = configuration.layers.enumerated().map { index, outputs in
            let scope = scope.scope(String(index))
            let weight = scope.add("weight", Shape(count, outputs, width), .fanIn(width))
            let bias = scope.add("bias", Shape(count, outputs), .fanIn(width))
            width = outputs
            let all = count * outputs
            return (weight, bias, Normalisation(configuration.normalisation, width: all, in: scope.scope("norm")))
        }
        self.configuration = configuration
        self.count = count
        outputWidth = width
    }

    /// [rows, inputWidth] → [rows, count · outputWidth], expert after expert.
    public func callAsFunction(_ x: Tensor) -> Tensor {
        var x = x
        for (index, layer) in layers.enumerated() {
            guard let normalisation = layer.normalisation else {
                x = affine(x, layer, isFirst: index == 0, configuration.activation, configuration.dropout)
                continue
            }
            x = normalisation(affine(x, layer, isFirst: index == 0, .identity, 0))
                .activated(configuration.activation).dropout(configuration.dropout)
        }
        return x
    }

    private typealias Layer = (weight: Parameter, bias: Parameter, normalisation: Normalisation?)

    /// The first layer's experts read the same columns: their weights are rows of one matrix.
    private func affine(_ x: Tensor, _ layer: Layer, isFirst: Bool, _ activation: Activation, _ dropout: Float)
        -> Tensor
    {
        guard isFirst else {
            return x.groupedLinear(layer.weight, bias: layer.bias, activation: activation, dropout: dropout)
        }
        let weight = x.tape.tensor(layer.weight)
        let rows = layer.weight.shape[0] * layer.weight.shape[1]
        return x.linear(
            weight.reshaped(Shape(rows, layer.weight.shape[2])),
            bias: x.tape.tensor(layer.bias).reshaped(Shape(rows)),
            activation: activation,
            dropout: dropout
        )
    }
}
