public import ZooTensor

/// A stack of linear layers, each with normalisation, activation and dropout; the identity where it has none.
public struct MLP {
    private let layers: [(linear: Linear, normalisation: Normalisation?)]
    private let configuration: MLPConfiguration
    /// The width of the result.
    public let outputWidth: Int

    /// A stack over `inputWidth` columns; layer i's parameters are `i.weight`, `i.bias`, `i.norm.…`.
    public init(_ configuration: MLPConfiguration, inputWidth: Int, in scope: ParameterScope) {
        var width = inputWidth
        layers = configuration.layers.enumerated().map { index, outputs in
            let scope = scope.scope(String(index))
            let linear = Linear(width, outputs, in: scope)
            width = outputs
            return (linear, Normalisation(configuration.normalisation, width: outputs, in: scope.scope("norm")))
        }
        self.configuration = configuration
        outputWidth = width
    }

    /// [rows, inputWidth] → [rows, outputWidth].
    public func callAsFunction(_ x: Tensor) -> Tensor {
        var x = x
        for (linear, normalisation) in layers {
            if let normalisation {
                x = normalisation(linear(x)).activated(configuration.activation).dropout(configuration.dropout)
            } else {
                x = linear(x, activation: configuration.activation, dropout: configuration.dropout)
            }
        }
        return x
    }
}
