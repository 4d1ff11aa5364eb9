/// One categorical feature's rows in a fused table.
public struct EmbeddingField: Sendable, Hashable {
    /// The feature's name.
    public let name: String
    /// Its number of rows (vocabulary with the missing and out-of-vocabulary rows).
    public let rows: Int
    /// Where its rows start in the table.
    public let offset: Int
}

/// The embeddings of all features of one width, fused in one matrix; trained row by row, never densely.
public final class EmbeddingTable: @unchecked Sendable {
    /// The table's name; field f is initialised from the stream `name.f`.
    public let name: String
    /// Floats a row.
    public let width: Int
    /// The features, in row order.
    public let fields: [EmbeddingField]
    /// What the table belongs to.
    public let group: ParameterGroup
    /// Field by field, whether backward passes compute gradients for it and optimisers update it.
    public private(set) var trainableFields: [Bool]

    /// The index of this table in its store, and of its first field among all the store's fields.
    package let index: Int
    package let firstUnit: Int
    private let buffer: FloatBuffer

    init(
        name: String,
        width: Int,
        fields: [(name: String, rows: Int)],
        group: ParameterGroup,
        index: Int,
        firstUnit: Int
    ) {
        precondition(width > 0 && width <= 1024, "an embedding is 1 to 1024 floats wide")
        self.name = name
        self.width = width
        self.group = group
        self.index = index
        self.firstUnit = firstUnit
        var offset = 0
        var placed: [EmbeddingField] = []
        for field in fields {
            precondition(field.rows > 0, "a field has at least one row")
            placed.append(EmbeddingField(name: field.name, rows: field.rows, offset: offset))
            offset += field.rows
        }
        self.fields = placed
        trainableFields = placed.map { _ in true }
        buffer = FloatBuffer(count: offset * width)
    }

    /// Whether any field is trained; setting it thaws or freezes all of them.
    public var isTrainable: Bool {
        get { trainableFields.contains(true) }
        set { for field in fields.indices { trainableFields[field] = newValue } }
    }

    /// Thaws or freezes one field: that others have its width is no reason to train them.
    public func setTrainable(_ trainable: Bool, field: Int) {
        trainableFields[field] = trainable
    }

    /// The rows of all fields together.
    public var rows: Int { buffer.count / width }

    /// All values, row-major; their address never changes.
    public var values: UnsafeMutableBufferPointer<Float> { buffer.values }

    /// One field's values, [rows, width].
    public func values(of field: Int) -> UnsafeMutableBufferPointer<Float> {
        let start = fields[field].offset * width
        return UnsafeMutableBufferPointer(start: buffer.pointer + start, count: fields[field].rows * width)
    }
}
