extension Schema {
    /// What a problem is about.
    package enum Subject: Sendable, Hashable {
        case feature(Int), task(Int), source, ignored, whole
    }

    /// Checks what the parts of a schema say of one another.
    ///
    /// - Parameter name: what the schema came from, in the message.
    /// - Throws: `ZooModelError` `.badData` naming the first contradiction.
    public func validate(as name: String = "the schema") throws {
        if let problem { throw ZooModelError(.badData, "\(name): \(problem.message)") }
    }

    /// What is wrong with the schema as a whole, if anything.
    package var problem: (subject: Subject, message: String)? {
        features.isEmpty ? (.whole, "a schema needs at least one feature") : contradiction
    }

    /// The first contradiction between the parts that are there.
    package var contradiction: (subject: Subject, message: String)? {
        sourceProblem ?? taskProblem ?? featureProblem ?? ignoredProblem
    }

    private var sourceProblem: (subject: Subject, message: String)? {
        var seen: Set<String> = []
        for name in source.names where !seen.insert(name).inserted {
            return (.source, "two columns are named '\(name)'")
        }
        return nil
    }

    private var taskProblem: (subject: Subject, message: String)? {
        var seen: Set<String> = []
        for (index, task) in tasks.enumerated() {
            if let flaw = Self.flaw(ofName: task.name) { return (.task(index), "task \(flaw)") }
            if task.name == "encoder" { return (.task(index), "a task cannot be named 'encoder', which is a scope") }
            if !seen.insert(task.name).inserted { return (.task(index), "two tasks are named '\(task.name)'") }
            if let missing = missing(task.column) {
                return (.task(index), "task '\(task.name)' reads column '\(task.column)', which \(missing)")
            }
            if let truth = task.truth, truth == task.column {
                return (.task(index), "the truth of task '\(task.name)' must not be its label column")
            }
        }
        return nil
    }

    private var featureProblem: (subject: Subject, message: String)? {
        var tables: [String: String] = [:]
        let truths = Set(tasks.compactMap(\.truth))
        for (index, feature) in features.enumerated() {
            let name = feature.name
            if let flaw = Self.flaw(ofName: name) { return (.feature(index), "feature \(flaw)") }
            for table in feature.derivedNames {
                if let other = tables.updateValue(name, forKey: table) {
                    let twins = "two features are named '\(name)'"
                    let rivals = "features '\(other)' and '\(name)' both make '\(table)'"
                    return (.feature(index), other == name ? twins : rivals)
                }
            }
            if let missing = missing(feature.column) {
                return (.feature(index), "feature '\(name)' reads column '\(feature.column)', which \(missing)")
            }
            if truths.contains(feature.column) {
                return (.feature(index), "feature '\(name)' reads '\(feature.column)', a column of true probabilities")
            }
            if case .task(let scope) = feature.scope, !tasks.contains(where: { $0.name == scope }) {
                let clause = Suggestion.clause(for: scope, among: ["encoder"] + tasks.map(\.name))
                return (.feature(index), "feature '\(name)' has the scope '\(scope)', which is no task\(clause)")
            }
            if let task = tasks.first(where: { $0.column == feature.column && feature.reaches($0) }) {
                let message = "feature '\(name)' reads column '\(feature.column)', the label of task '\(task.name)'"
                return (.feature(index), "\(message): the answer would be among the inputs")
            }
        }
        return nil
    }

    private var ignoredProblem: (subject: Subject, message: String)? {
        for column in ignored {
            if let feature = features.first(where: { $0.column == column }) {
                return (.ignored, "column '\(column)' is ignored, yet feature '\(feature.name)' reads it")
            }
            if let task = tasks.first(where: { $0.column == column }) {
                return (.ignored, "column '\(column)' is ignored, yet task '\(task.name)' reads it")
            }
            if let missing = missing(column) { return (.ignored, "ignored column '\(column)' \(missing)") }
        }
        return nil
    }

    /// Why a column cannot be there, where the schema itself lists the columns.
    private func missing(_ column: String) -> String? {
        guard !source.names.isEmpty, !source.names.contains(column) else { return nil }
        return "is not among the source's names\(Suggestion.clause(for: column, among: source.names))"
    }

    /// Names become names of tensors, files and directories.
    private static func flaw(ofName name: String) -> String? {
        let letters = UInt8(ascii: "a")...UInt8(ascii: "z")
        let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        let isSound =
            name.utf8.allSatisfy { letters.contains($0 | 0x20) || digits.contains($0) || "_-.".utf8.contains($0) }
            && (1...128).contains(name.utf8.count) && ![UInt8(ascii: "."), UInt8(ascii: "-")].contains(name.utf8.first)
        guard !isSound else { return nil }
        return "name '\(name)' is unusable: letters, digits, '_', '-' and '.', at most 128, not '.' or '-' first"
            + " (the column may be called anything: 'column: \"…\"')"
    }
}

extension FeatureDefinition {
    /// The names of the embedding tables and dense columns that the feature makes.
    fileprivate var derivedNames: [String] {
        switch kind {
        case .numeric(let options) where options.hasMissingFlag: [name, "\(name).missing"]
        case .timestamp(let options): [name] + options.parts.map { "\(name).\($0.rawValue)" }
        default: [name]
        }
    }

    /// Whether the feature is an input of the task.
    fileprivate func reaches(_ task: TaskDefinition) -> Bool {
        scope == .encoder || scope == .task(task.name)
    }
}
