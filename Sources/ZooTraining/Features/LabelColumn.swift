public import ZooModel

/// The labels of one task: a number a row.
public struct LabelColumn: Sendable {
    /// The task.
    public var task: TaskDefinition
    /// 0 or 1, a class's index, or the target, for each row; NaN where the label is missing.
    public var values: [Float]
    /// The classes of a multiclass task, in the order of their indices; empty for other kinds.
    public var classes: [String]

    /// How many rows have a label.
    public var presentCount: Int { values.count { !$0.isNaN } }
}
