import ZooModel

/// Turns guesses about columns into a schema, and back into a listing.
enum SchemaProposal {
    /// A schema that reads the columns as guessed.
    static func schema(_ format: TableFormat, _ columns: [(values: ColumnValues, guess: ColumnGuess)]) -> Schema {
        var schema = Schema(source: format, features: [], tasks: [])
        var names: Set<String> = []
        for (values, guess) in columns where !values.name.isEmpty {
            let base = values.name.schemaName
            var (name, number) = (base, 2)
            while name == "encoder" || !names.insert(name).inserted {
                // A name has 128 characters at most.
                name = "\(base.prefix(120))_\(number)"
                number += 1
            }
            switch guess {
            case .feature(let kind):
                schema.features.append(FeatureDefinition(name: name, column: values.name, kind: kind))
            case .task(let kind):
                schema.tasks.append(TaskDefinition(name: name, column: values.name, kind: kind))
            case .truth, .ignored:
                schema.ignored.append(values.name)
            }
        }
        for index in schema.tasks.indices {
            let task = schema.tasks[index].name
            for truth in ["p_\(task)", "e_\(task)"] where schema.ignored.contains(truth) {
                schema.tasks[index].truth = truth
                schema.ignored.removeAll { $0 == truth }
            }
        }
        return schema
    }

    /// A column's line in the listing, with the role that a schema gives it.
    static func profile(_ values: ColumnValues, in schema: Schema) -> ColumnProfile {
        let name = values.name
        let feature = schema.features.first { $0.column == name }
        let task = schema.tasks.first { $0.column == name }
        let isTruth = schema.tasks.contains { $0.truth == name }
        return ColumnProfile(
            name: name,
            kind: task?.kind.name ?? feature?.kind.name ?? values.plainKind,
            role: task != nil ? "task" : feature != nil ? "feature" : isTruth ? "truth" : "ignored",
            missing: Double(values.missingCount) / Double(max(1, values.rows)),
            distinct: values.values.count,
            minimum: values.numbers?.minimum,
            mean: values.numbers?.mean,
            maximum: values.numbers?.maximum,
            examples: values.values.prefix(3).map { String($0.text.prefix(40)) }
        )
    }
}
