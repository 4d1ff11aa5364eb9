import ZooModel

/// What a column is likely to be good for.
enum ColumnGuess {
    case feature(FeatureDefinition.Kind)
    case task(TaskDefinition.Kind)
    case truth
    case ignored(reason: String)

    private static let labelNames: Set<String> = [
        "label", "target", "y", "click", "clicked", "cart", "buy", "bought", "purchase", "purchased", "converted",
        "conversion", "returned", "like", "liked", "rating", "score", "stars", "income", "again", "outcome",
        "recommended",
        "recommended_ind", "is_click", "is_buy", "category", "sentiment", "intent",
    ]

    /// Guesses from a column's name and values. `isLast` matters for labels of other names.
    init(_ column: ColumnValues, isLast: Bool, columns: Int) {
        let name = column.name.schemaName.lowercased()
        let distinct = column.values.count
        if column.shape == .nested {
            self = .ignored(reason: "objects, or arrays of arrays")
        } else if distinct == 0 {
            self = .ignored(reason: "no values")
        } else if column.shape == .list {
            self = .feature(Self.isHistory(name) ? .sequence(.init()) : .bag(.init()))
        } else if (name.hasPrefix("p_") || name.hasPrefix("e_")), column.numbers != nil, !column.isWhole {
            self = .truth
        } else if distinct == 1, column.missingCount == 0 {
            self = .ignored(reason: "one value only")
        } else if let task = Self.task(column, name, isLast: isLast, columns: columns) {
            self = .task(task)
        } else if let format = Self.timestamp(column, name) {
            self = .feature(.timestamp(.init(format: format)))
        } else if Self.isIdentifier(name) || Self.isNumbering(column), distinct > 50 {
            let isRowKey = distinct == column.rows && columns > 1
            self = isRowKey ? .ignored(reason: "a different value in every row") : .feature(.categorical(.init()))
        } else if column.numbers != nil {
            self = .feature(Self.number(column))
        } else {
            self = .feature(Self.words(column, name))
        }
    }

    private static func task(
        _ column: ColumnValues,
        _ name: String,
        isLast: Bool,
        columns: Int
    ) -> TaskDefinition.Kind? {
        let distinct = column.values.count
        let isNamed = labelNames.contains(name)
        guard columns > 1, distinct >= 2, isNamed || isLast && distinct == 2 else { return nil }
        if distinct == 2 {
            let texts = column.values.map(\.text)
            let words: Set<String> = ["0", "1", "true", "false", "yes", "no", "0.0", "1.0", "t", "f", "y", "n"]
            if texts.allSatisfy({ words.contains($0.lowercased()) }) { return .binary(.truth) }
            return .binary(.values(positive: [texts[1]], negative: [texts[0]]))
        }
        if column.numbers != nil { return ["category", "intent"].contains(name) ? nil : .regression }
        let isLabelOnly = isLast || ["label", "sentiment", "intent", "target", "y"].contains(name)
        return isLabelOnly && distinct <= 1_000 ? .multiclass(classes: nil) : nil
    }

    private static func isIdentifier(_ name: String) -> Bool {
        ["id", "user", "item", "movie", "customer", "product", "sku"].contains(name)
            || ["_id", "id", "code", "no", "number", "sku"].contains { suffix in
                name.hasSuffix(suffix) && name.count <= suffix.count + 16 && !name.hasSuffix("paid")
            }
    }

    /// Whether numbers look like 1, 2, 3, … given out one by one, each used several times.
    private static func isNumbering(_ column: ColumnValues) -> Bool {
        guard column.isWhole, let numbers = column.numbers, (0...1).contains(numbers.minimum) else { return false }
        let distinct = Double(column.values.count)
        return distinct > 200 && distinct > 0.5 * numbers.maximum
    }

    private static func timestamp(_ column: ColumnValues, _ name: String) -> TimestampFormat? {
        let hints = ["time", "date", "stamp", "created", "updated"]
        let isNamed =
            hints.contains { name.contains($0) } || ["ts", "at", "day"].contains(name)
            || name.hasPrefix("column_")
        if let numbers = column.numbers {
            guard column.isWhole, isNamed || column.values.count > 100 else { return nil }
            if numbers.minimum >= 3e8, numbers.maximum < 4.2e9, isNamed { return .unixSeconds }
            return numbers.minimum >= 3e11 && numbers.maximum < 4.2e12 && isNamed ? .unixMilliseconds : nil
        }
        let formats: [TimestampFormat] = [
            .iso8601, .pattern("%m/%d/%Y %H:%M"), .pattern("%d/%m/%Y %H:%M"), .pattern("%m/%d/%Y"),
            .pattern("%d/%m/%Y"), .pattern("%d.%m.%Y"), .pattern("%d-%b-%Y"), .pattern("%d.%m.%Y %H:%M"),
        ]
        return formats.first { format in
            let parser = TimestampParser(format)
            return column.values.prefix(2_000).allSatisfy { value in
                var text = value.text
                return text.withUTF8 { parser.seconds($0) } != nil
            }
        }
    }

    private static func number(_ column: ColumnValues) -> FeatureDefinition.Kind {
        let distinct = column.values.count
        if column.isWhole, distinct <= 12 { return .categorical(.init()) }
        let isSkewed = (column.numbers.map { $0.minimum >= 0 && $0.maximum > 20 * max($0.mean, 1e-9) }) ?? false
        return .numeric(
            .init(
                normalisation: isSkewed ? .log : .zscore,
                buckets: distinct >= 20 ? min(32, max(8, distinct / 4)) : nil,
                hasMissingFlag: column.missingCount > 0
            )
        )
    }

    private static func words(_ column: ColumnValues, _ name: String) -> FeatureDefinition.Kind {
        for separator: Character in ["|", ";", ","] {
            if let bag = bag(column, separator) {
                return isHistory(name) ? .sequence(bag) : .bag(bag)
            }
        }
        if let list = numbers(column) { return .sequence(list) }
        let sample = column.values.prefix(1_000)
        let spaces = sample.reduce(0) { $0 + $1.text.utf8.count { $0 == 0x20 } }
        let distinctShare = Double(column.values.count) / Double(max(1, column.presentCount))
        let isWordy = Double(spaces) >= (distinctShare > 0.5 ? 1.5 : 2.5) * Double(sample.count)
        if isWordy, distinctShare > 0.02, column.values.count > 200 {
            return .text(.init(maximumLength: column.meanLength > 120 ? 256 : 32))
        }
        return .categorical(
            .init(rows: column.values.count > 10_000 ? .vocabulary(minimumCount: 2, maximum: nil) : .all)
        )
    }

    private static func isHistory(_ name: String) -> Bool {
        ["history", "sequence", "recent", "past"].contains { name.contains($0) }
    }

    /// A list of numbers between spaces, such as a history of ids, where nearly every value is one.
    private static func numbers(_ column: ColumnValues) -> FeatureDefinition.Bag? {
        let sample = column.values.prefix(1_000)
        let lists = sample.count { value in
            let parts = value.text.split(separator: " ")
            return parts.count > 1 && parts.allSatisfy { $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }
        }
        return Double(lists) > 0.9 * Double(sample.count) ? FeatureDefinition.Bag(separator: " ") : nil
    }

    /// A bag where a good part of the values is several short ones, drawn from fewer than there are combinations.
    private static func bag(_ column: ColumnValues, _ separator: Character) -> FeatureDefinition.Bag? {
        let sample = column.values.prefix(2_000)
        let split = sample.map { $0.text.split(separator: separator) }
        let parts = split.flatMap(\.self)
        guard split.count(where: { $0.count > 1 }) * 5 > split.count, sample.count >= 3 else { return nil }
        let isShort = parts.allSatisfy { $0.count <= 32 && $0.first != " " }
        guard isShort, Set(parts).count * (separator == "|" ? 4 : 6) < parts.count * 3 else { return nil }
        return FeatureDefinition.Bag(separator: String(separator))
    }
}

extension String {
    /// The text as a name that a schema takes: other characters become `_`.
    var schemaName: String {
        var result = ""
        for scalar in unicodeScalars {
            let isSound = scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar))
            result.unicodeScalars.append(isSound || scalar == "." || scalar == "-" ? scalar : "_")
        }
        while let first = result.first, "_.-".contains(first) { result.removeFirst() }
        return result.isEmpty ? "column" : String(result.prefix(128))
    }
}
