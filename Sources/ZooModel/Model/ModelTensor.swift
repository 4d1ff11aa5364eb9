package import ZooTensor

/// One tensor of a model under its name in a weight file, in place.
public struct ModelTensor: @unchecked Sendable {
    /// The name: `encoder.0.weight`, `embedding.user.weight`.
    public let name: String
    /// Sizes, outermost first.
    public let shape: [Int]
    /// The elements; valid until the model gets another head.
    public let values: UnsafeMutableBufferPointer<Float>
    /// What makes the tensor trainable or frozen.
    package let owner: Owner

    /// A dense parameter, or a feature's rows of a fused table.
    package enum Owner {
        case parameter(Parameter)
        case field(EmbeddingTable, Int)
    }

    init(_ name: String, _ parameter: Parameter) {
        self.name = name
        shape = (0..<parameter.shape.rank).map { parameter.shape[$0] }
        values = parameter.values
        owner = .parameter(parameter)
    }

    init(_ name: String, _ place: EmbeddingInput.Table) {
        self.name = name
        shape = [place.table.fields[place.field].rows, place.table.width]
        values = place.table.values(of: place.field)
        owner = .field(place.table, place.field)
    }

    /// Whether training changes it.
    public var isTrainable: Bool {
        switch owner {
        case .parameter(let parameter): parameter.isTrainable
        case .field(let table, let field): table.trainableFields[field]
        }
    }
}
