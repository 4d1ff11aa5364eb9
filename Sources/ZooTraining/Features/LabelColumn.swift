public import ZooModel

/// The labels of one task: a number a row, read from the table when asked for.
public struct LabelColumn: @unchecked Sendable {
    /// Where labels come from: memory of the table, so that reading one counts no references.
    enum Source {
        case numbers(UnsafeBufferPointer<Float>)
        case comparison(UnsafeBufferPointer<Float>, LabelRule.Comparison, Double)
        case codes(UnsafeBufferPointer<Int32>)
    }

    /// Values that were no labels and count as missing.
    struct BadLabels {
        var count: Int
        /// What is wrong with the first, and where.
        var first: String
    }

    /// The task.
    public let task: TaskDefinition
    /// The classes of a multiclass task, in the order of their indices; empty for other kinds.
    public let classes: [String]
    /// Values that were no labels, if any.
    let badLabels: BadLabels?
    private let source: Source
    /// The label of each code.
    private let labels: [Float]
    private let table: Table
    private var target = HeadConfiguration.Target()

    init(
        _ task: TaskDefinition,
        _ source: Source,
        labels: [Float] = [],
        classes: [String] = [],
        badLabels: BadLabels? = nil,
        of table: Table
    ) {
        self.task = task
        self.source = source
        self.labels = labels
        self.classes = classes
        self.badLabels = badLabels
        self.table = table
    }

    /// The same labels, less a target's mean and over its deviation.
    func standardised(_ target: HeadConfiguration.Target) -> LabelColumn {
        var result = self
        result.target = target
        return result
    }

    /// 0 or 1, a class's index, or the target; NaN where the label is missing.
    func label(ofRow row: Int) -> Float {
        switch source {
        case .numbers(let values): (values[row] - target.mean) / target.deviation
        case .comparison(let values, let comparison, let threshold):
            comparison.label(of: values[row], against: threshold)
        case .codes(let codes): codes[row] < 0 ? .nan : labels[Int(codes[row])]
        }
    }

    /// Rows of the table.
    var rowCount: Int { table.rowCount }

    /// The labels of all rows.
    public var values: [Float] { (0..<table.rowCount).map(label) }

    /// The labels of some rows.
    func values(_ rows: RowSelection) -> [Float] {
        var result: [Float] = []
        result.reserveCapacity(rows.count)
        rows.forEach { result.append(label(ofRow: $0)) }
        return result
    }

    /// How many rows have a label.
    public var presentCount: Int { (0..<table.rowCount).count { !label(ofRow: $0).isNaN } }
}
