public import ZooTensor

/// What every task shares: turns the input matrix into a representation that heads read.
public protocol Encoder: Sendable {
    /// Columns of the representation: `experts` parts of equal width.
    var outputWidth: Int { get }
    /// Into how many experts' parts a representation falls; 1 unless heads have to mix them by a gate of their own.
    var experts: Int { get }
    /// [rows, inputWidth] → [rows, outputWidth].
    func callAsFunction(_ input: Tensor) -> Tensor
}

extension Encoder {
    /// Columns that a head sees after its gate.
    public var headWidth: Int { outputWidth / experts }
}
