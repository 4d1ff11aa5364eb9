public import ZooModel

/// The labels of one task: a number a row, read from the table when asked for.
public struct LabelColumn: Sendable {
    /// Where labels come from.
    enum Source: Sendable {
        case numbers(NumericColumn)
        case comparison(NumericColumn, LabelRule.Comparison, Double)
        /// Codes, and the label of each; NaN for values that no row has.
        case codes(CategoricalColumn, [Float])
    }

    /// The task.
    public let task: TaskDefinition
    /// The classes of a multiclass task, in the order of their indices; empty for other kinds.
    public let classes: [String]
    private let source: Source
    private let rowCount: Int
    private var target = HeadConfiguration.Target()

    init(_ task: TaskDefinition, _ source: Source, classes: [String] = [], rowCount: Int) {
        self.task = task
        self.source = source
        self.classes = classes
        self.rowCount = rowCount
    }

    /// The same labels, less a target's mean and over its deviation.
    func standardised(_ target: HeadConfiguration.Target) -> LabelColumn {
        var result = self
        result.target = target
        return result
    }

    /// 0 or 1, a class's index, or the target; NaN where the label is missing.
    func label(ofRow row: Int) -> Float {
        let label: Float
        switch source {
        case .numbers(let column): label = column.values[row]
        case .comparison(let column, let comparison, let threshold):
            return comparison.label(of: column.values[row], against: threshold)
        case .codes(let column, let labels):
            let code = Int(column.codes[row])
            return code < 0 ? .nan : labels[code]
        }
        return target == HeadConfiguration.Target() ? label : (label - target.mean) / target.deviation
    }

    /// The labels of all rows.
    public var values: [Float] { (0..<rowCount).map(label) }

    /// The labels of some rows.
    func values(_ rows: RowSelection) -> [Float] {
        var result: [Float] = []
        result.reserveCapacity(rows.count)
        rows.forEach { result.append(label(ofRow: $0)) }
        return result
    }

    /// How many rows have a label.
    public var presentCount: Int { (0..<rowCount).count { !label(ofRow: $0).isNaN } }
}
