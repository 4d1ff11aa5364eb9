import ZooModel

/// The rows and labels of one table that were skipped as bad, out of those that may be.
struct BadRows {
    private let allowed: Int
    private let file: String
    private(set) var count: Int
    private var first: String?

    /// The rows that reading a table skipped.
    init(_ table: Table, allowed: Int) {
        self.allowed = allowed
        file = table.source
        count = table.badRowCount
        first = table.badRowExamples.first
    }

    /// Reads the labels of a model's heads, which have their classes from training; what is skipped is added.
    mutating func labels(of model: Model, in table: Table) throws -> [LabelColumn] {
        try model.heads.map { head in
            let classes = head.configuration.classes
            let column = try LabelReader.read(
                head.task,
                from: table,
                classes: classes.isEmpty ? nil : classes,
                isTraining: false,
                maxBadLabels: left
            )
            add(column)
            return column
        }
    }

    /// How many more may be skipped.
    var left: Int { max(0, allowed - count) }

    /// Adds the labels that reading a column skipped.
    mutating func add(_ labels: LabelColumn) {
        guard let bad = labels.badLabels else { return }
        count += bad.count
        first = first ?? bad.first
    }

    /// Tells whoever watches.
    func report(to progress: TrainingProgress?) {
        guard count > 0, let first else { return }
        progress?(.skipped(file: file, rows: count, first: first))
    }
}
