extension LabelRule {
    /// The rule of `positive` and `negative`: values, lists of values, or a comparison such as `rating >= 4`.
    init(positive: ConfigurationNode?, negative: ConfigurationNode?, column: String) throws {
        guard let positive else {
            if let negative { throw negative.error("'negative' needs 'positive' beside it") }
            self = .truth
            return
        }
        if !positive.isList, let comparison = try Self.comparison(positive, column: column) {
            if let negative { throw negative.error("a comparison says what is negative, too: drop 'negative'") }
            self = comparison
            return
        }
        let values = try positive.strings()
        let others = try negative?.strings()
        guard !values.isEmpty, others?.isEmpty != true else {
            throw (values.isEmpty ? positive : negative ?? positive).error("a list of labels must not be empty")
        }
        if let place = negative, let both = others?.first(where: values.contains) {
            throw place.error("'\(both)' is both positive and negative")
        }
        self = .values(positive: values, negative: others)
    }

    /// A comparison where the text is one: an operator and a number, with the column's name before it or nothing.
    private static func comparison(_ node: ConfigurationNode, column: String) throws -> LabelRule? {
        let text = try node.string()
        for comparison in Comparison.allCases {
            guard let (left, right) = text.halves(around: comparison.rawValue), let threshold = Double(right) else {
                continue
            }
            guard threshold.isFinite else { throw node.error("the threshold has to be a finite number") }
            guard left.isEmpty || left == column else {
                throw node.error("the expression is about '\(left)', but the task's column is '\(column)'")
            }
            return .comparison(comparison, threshold)
        }
        return nil
    }

    var configuration: [(String, ConfigurationValue)] {
        func list(_ values: [String]) -> ConfigurationValue { .list(values.map { .string($0) }) }
        switch self {
        case .truth: return []
        case .values(let positive, nil): return [("positive", list(positive))]
        case .values(let positive, let negative?): return [("positive", list(positive)), ("negative", list(negative))]
        case .comparison(let comparison, let threshold):
            let number = ConfigurationValue.number(threshold).json
            return [("positive", .string("\(comparison.rawValue) \(number)"))]
        }
    }
}

extension String {
    /// What stands before and after the first occurrence of a mark, without surrounding spaces.
    fileprivate func halves(around mark: String) -> (left: String, right: String)? {
        let text = Array(utf8)
        let mark = Array(mark.utf8)
        guard text.count >= mark.count else { return nil }
        for start in 0...(text.count - mark.count) where text[start..<(start + mark.count)].elementsEqual(mark) {
            func trimmed(_ bytes: ArraySlice<UInt8>) -> String {
                let inner = bytes.drop { $0 == 0x20 }
                let end = inner.lastIndex { $0 != 0x20 }.map { $0 + 1 } ?? inner.startIndex
                return String(decoding: inner[inner.startIndex..<end], as: UTF8.self)
            }
            return (trimmed(text[..<start]), trimmed(text[(start + mark.count)...]))
        }
        return nil
    }
}
