public import ZooModel

/// Reads the labels of tasks from tables.
public enum LabelReader {
    /// Reads a task's labels from a table that was read with its column.
    ///
    /// - Parameters:
    ///   - classes: the classes of a multiclass task as training found them; nil takes the definition's, or else the
    ///     table's own: numerically where all are whole numbers, else in byte order.
    ///   - isTraining: whether to insist on labels that teach something: at least one, and two classes.
    ///   - maxBadLabels: how many values that are no labels may be taken for missing ones.
    /// - Throws: `ZooTrainingError` `.badData` naming file, line, value and classes; `.notFound` for the column.
    public static func read(
        _ task: TaskDefinition,
        from table: Table,
        classes: [String]? = nil,
        isTraining: Bool,
        maxBadLabels: Int = 0
    ) throws -> LabelColumn {
        let labels =
            switch (task.kind, table[task.request]) {
            case (.regression, .numeric(let column)?):
                try regression(task, column, table)
            case (.binary(.comparison(let comparison, let threshold)), .numeric(let column)?):
                LabelColumn(task, .comparison(column.values, comparison, threshold), of: table)
            case (.binary(let rule), .categorical(let column)?):
                try binary(task, rule, column, table, maxBadLabels)
            case (.multiclass(let defined), .categorical(let column)?):
                try multiclass(task, classes ?? defined ?? Self.classes(in: column), column, table, maxBadLabels)
            default:
                throw missingColumn(task, table)
            }
        if isTraining { try requireVariety(labels, in: table) }
        return labels
    }

    /// The true probabilities (or expectations) of a task, where its schema names a column and the table has it.
    public static func truth(_ task: TaskDefinition, from table: Table) -> [Float]? {
        task.truth.flatMap { table.numeric($0) }.map { Array($0.values) }
    }

    private static func missingColumn(_ task: TaskDefinition, _ table: Table) -> ZooTrainingError {
        let clause = Suggestion.clause(for: task.column, among: table.sourceColumns)
        return ZooTrainingError(
            .notFound,
            "\(table.source): task '\(task.name)' needs the column '\(task.column)'\(clause)"
        )
    }

    private static func regression(
        _ task: TaskDefinition,
        _ column: NumericColumn,
        _ table: Table
    ) throws -> LabelColumn {
        if let row = column.values.firstIndex(where: \.isInfinite) {
            let place = "\(table.source):\(table.line(ofRow: row))"
            throw ZooTrainingError(.badData, "\(place): column '\(task.column)': a target has to be a finite number")
        }
        return LabelColumn(task, .numbers(column.values), of: table)
    }

    private static func binary(
        _ task: TaskDefinition,
        _ rule: LabelRule,
        _ column: CategoricalColumn,
        _ table: Table,
        _ maxBadLabels: Int
    ) throws -> LabelColumn {
        let map = column.dictionary.strings.map(rule.label)
        let bad = try badLabels(task, column, table, map, maxBadLabels, expected: rule.expectation)
        return LabelColumn(task, .codes(column.codes), labels: map.map { $0 ?? .nan }, badLabels: bad, of: table)
    }

    private static func multiclass(
        _ task: TaskDefinition,
        _ classes: [String],
        _ column: CategoricalColumn,
        _ table: Table,
        _ maxBadLabels: Int
    ) throws -> LabelColumn {
        let indices = Dictionary(classes.enumerated().map { ($1, Float($0)) }) { first, _ in first }
        let map = column.dictionary.strings.map { indices[$0] }
        let shown = classes.prefix(12).joined(separator: ", ") + (classes.count > 12 ? ", …" : "")
        return LabelColumn(
            task,
            .codes(column.codes),
            labels: map.map { $0 ?? .nan },
            classes: classes,
            badLabels: try badLabels(task, column, table, map, maxBadLabels, expected: shown),
            of: table
        )
    }

    /// Looks for values that are no labels; an error for the first one past those allowed.
    private static func badLabels(
        _ task: TaskDefinition,
        _ column: CategoricalColumn,
        _ table: Table,
        _ map: [Float?],
        _ allowed: Int,
        expected: String
    ) throws -> LabelColumn.BadLabels? {
        guard map.contains(nil) else { return nil }
        var bad: LabelColumn.BadLabels?
        for (row, code) in column.codes.enumerated() where code >= 0 && map[Int(code)] == nil {
            let count = (bad?.count ?? 0) + 1
            if bad != nil, count <= allowed {
                bad?.count = count
                continue
            }
            let value = column.dictionary.string(Int(code)).prefix(80)
            let message =
                "\(table.source):\(table.line(ofRow: row)): column '\(task.column)': '\(value)' is no label of task "
                + "'\(task.name)', whose labels are \(expected)"
            guard count <= allowed else {
                let advice = count > 1 ? " (and \(count - 1) bad labels before it, more than allowed)" : ""
                throw ZooTrainingError(.badData, message + advice)
            }
            bad = LabelColumn.BadLabels(count: count, first: message)
        }
        return bad
    }

    private static func classes(in column: CategoricalColumn) -> [String] {
        var isUsed = [Bool](repeating: false, count: column.dictionary.count)
        for code in column.codes where code >= 0 { isUsed[Int(code)] = true }
        let names = isUsed.indices.filter { isUsed[$0] }.map(column.dictionary.string)
        let numbers = names.compactMap { Int($0) }
        guard numbers.count == names.count else {
            return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        }
        return zip(numbers, names).sorted { $0 < $1 }.map(\.1)
    }

    private static func requireVariety(_ labels: LabelColumn, in table: Table) throws {
        let task = labels.task
        let present = (0..<table.rowCount).lazy.map(labels.label).filter { !$0.isNaN }
        guard let first = present.first else {
            throw ZooTrainingError(
                .badData,
                "\(table.source): task '\(task.name)' has no labels: column '\(task.column)' is missing in every row"
            )
        }
        guard task.kind != .regression, present.allSatisfy({ $0 == first }) else { return }
        let label = labels.classes.isEmpty ? (first == 1 ? "positive" : "negative") : "'\(labels.classes[Int(first)])'"
        let count = labels.presentCount
        let labelled = count == 1 ? "the only label is" : "all \(count) labels are"
        throw ZooTrainingError(
            .badData,
            "\(table.source): task '\(task.name)' has one class only: \(labelled) \(label)"
        )
    }
}
