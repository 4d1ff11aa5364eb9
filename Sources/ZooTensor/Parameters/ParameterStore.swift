/// Owns a model's numbers: all dense parameters in one flat buffer, and the embedding tables.
///
/// Flat, so that an optimiser is one pass over memory and a checkpoint is one copy.
public final class ParameterStore: @unchecked Sendable {
    /// The seed of every initialiser.
    public let seed: UInt64
    /// The dense parameters in the order of their creation.
    public private(set) var parameters: [Parameter] = []
    /// The embedding tables in the order of their creation.
    public private(set) var tables: [EmbeddingTable] = []

    private var buffer: FloatBuffer
    private var used = 0
    private var names: Set<String> = []

    /// An empty store.
    public init(seed: UInt64) {
        self.seed = seed
        buffer = FloatBuffer(count: 1 << 16)
    }

    var valuesPointer: UnsafeMutablePointer<Float> { buffer.pointer }

    /// Floats of the flat buffer in use, padding included.
    package var flatCount: Int { used }

    /// Fields of all tables together: the units of the sparse optimisers.
    package var fieldCount: Int { tables.last.map { $0.firstUnit + $0.fields.count } ?? 0 }

    /// Adds a parameter and draws its first values; traps on a name already taken.
    @discardableResult
    public func add(
        _ name: String,
        _ shape: Shape,
        group: ParameterGroup,
        initialiser: Initialiser,
        isStatistic: Bool = false
    ) -> Parameter {
        precondition(names.insert(name).inserted, "the parameter \(name) exists already")
        let padded = (shape.count + 15) & ~15
        if used + padded > buffer.count {
            let larger = FloatBuffer(count: max(buffer.count * 2, used + padded))
            larger.pointer.update(from: buffer.pointer, count: used)
            buffer = larger
        }
        let parameter = Parameter(
            name: name,
            shape: shape,
            group: group,
            isStatistic: isStatistic,
            index: parameters.count,
            offset: used,
            store: self
        )
        used += padded
        parameters.append(parameter)
        initialiser.fill(parameter.values, seed: seed, name: name)
        return parameter
    }

    /// Adds a fused table and draws each field's first values under `name.field`; traps on a name already taken.
    @discardableResult
    public func addTable(
        _ name: String,
        width: Int,
        fields: [(name: String, rows: Int)],
        group: ParameterGroup,
        initialiser: Initialiser
    ) -> EmbeddingTable {
        precondition(names.insert(name).inserted, "the table \(name) exists already")
        let table = EmbeddingTable(
            name: name,
            width: width,
            fields: fields,
            group: group,
            index: tables.count,
            firstUnit: fieldCount
        )
        tables.append(table)
        for (index, field) in table.fields.enumerated() {
            initialiser.fill(table.values(of: index), seed: seed, name: "\(name).\(field.name)")
        }
        return table
    }

    /// Makes a whole group trainable or frozen.
    public func setTrainable(_ trainable: Bool, group: ParameterGroup) {
        for parameter in parameters where parameter.group == group && !parameter.isStatistic {
            parameter.isTrainable = trainable
        }
        for table in tables where table.group == group { table.isTrainable = trainable }
    }

    /// Floats that training would change.
    public var trainableCount: Int {
        parameters.filter(\.isTrainable).reduce(0) { $0 + $1.count }
            + tables.reduce(0) { sum, table in
                zip(table.fields, table.trainableFields).reduce(sum) { $0 + ($1.1 ? $1.0.rows * table.width : 0) }
            }
    }

    /// All floats, embeddings included.
    public var count: Int {
        parameters.reduce(0) { $0 + $1.count } + tables.reduce(0) { $0 + $1.values.count }
    }
}
