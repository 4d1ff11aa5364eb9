/// How a parameter's first values are drawn; the draw depends on the seed and the parameter's name only.
public enum Initialiser: Sendable, Hashable {
    /// All zero.
    case zeros
    /// All one value.
    case constant(Float)
    /// Uniform in (-bound, bound).
    case uniform(Float)
    /// Mean 0 with this standard deviation.
    case normal(Float)
    /// Uniform in ±1/√fanIn: PyTorch's default for linear layers, weights and biases.
    case fanIn(Int)
    /// Uniform in ±√(6/fanIn): He et al. 2015, for relu.
    case kaiming(fanIn: Int)
    /// Uniform in ±√(6/(fanIn + fanOut)): Glorot and Bengio 2010.
    case xavier(fanIn: Int, fanOut: Int)

    /// Fills `values`, element i drawn with counter `first + i` of the named stream.
    public func fill(_ values: UnsafeMutableBufferPointer<Float>, seed: UInt64, name: String, first: Int = 0) {
        let random = CounterRandom(seed: seed, stream: name)
        switch self {
        case .zeros: values.update(repeating: 0)
        case .constant(let value): values.update(repeating: value)
        case .uniform(let bound): fillUniform(values, bound, random, first)
        case .fanIn(let fan): fillUniform(values, 1 / Float(max(fan, 1)).squareRoot(), random, first)
        case .kaiming(let fan): fillUniform(values, (6 / Float(max(fan, 1))).squareRoot(), random, first)
        case .xavier(let fanIn, let fanOut):
            fillUniform(values, (6 / Float(max(fanIn + fanOut, 1))).squareRoot(), random, first)
        case .normal(let deviation):
            for i in values.indices { values[i] = random.normal(UInt64(first + i)) * deviation }
        }
    }

    private func fillUniform(
        _ values: UnsafeMutableBufferPointer<Float>,
        _ bound: Float,
        _ random: CounterRandom,
        _ first: Int
    ) {
        for i in values.indices { values[i] = (random.uniform(UInt64(first + i)) * 2 - 1) * bound }
    }
}
