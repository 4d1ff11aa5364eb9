internal import CKernels

/// An element-wise non-linearity.
public enum Activation: String, Sendable, Hashable, CaseIterable {
    /// x
    case identity
    /// max(x, 0)
    case relu
    /// x Φ(x), with the error function (PyTorch's default)
    case gelu
    /// 1 / (1 + e⁻ˣ)
    case sigmoid
    /// the hyperbolic tangent
    case tanh

    var kernel: zoo_activation {
        switch self {
        case .identity: zoo_identity
        case .relu: zoo_relu
        case .gelu: zoo_gelu
        case .sigmoid: zoo_sigmoid
        case .tanh: zoo_tanh
        }
    }

    /// Whether the slope is a function of the argument and not of the result.
    var needsArgument: Bool { self == .gelu }
}
