import ZooModel

extension LabelRule {
    private static let positives = ["1", "true", "yes", "y", "t", "1.0"]
    private static let negatives = ["0", "false", "no", "n", "f", "0.0"]

    /// 1, 0, or nil for a value that is no label.
    func label(of value: String) -> Float? {
        switch self {
        case .truth:
            let word = value.lowercased()
            return Self.positives.contains(word) ? 1 : Self.negatives.contains(word) ? 0 : nil
        case .values(let positive, let negative):
            if positive.contains(value) { return 1 }
            return negative.map { $0.contains(value) } ?? true ? 0 : nil
        case .comparison(let comparison, let threshold):
            return Float(value).map { comparison.label(of: $0, against: threshold) }
        }
    }

    /// The labels that there may be, in words.
    var expectation: String {
        switch self {
        case .truth: "1, true, yes and 0, false, no (say which with 'positive')"
        case .values(let positive, let negative):
            "\(positive.joined(separator: ", ")) and \(negative?.joined(separator: ", ") ?? "any other")"
        case .comparison: "numbers"
        }
    }
}

extension LabelRule.Comparison {
    /// 1 where the value compares so with the threshold, else 0; NaN for NaN.
    func label(of value: Float, against threshold: Double) -> Float {
        guard !value.isNaN else { return .nan }
        // Both sides as the column has them, so that 0.1 equals the 0.1 of the schema.
        let threshold = Float(threshold)
        let holds =
            switch self {
            case .atLeast: value >= threshold
            case .atMost: value <= threshold
            case .equal: value == threshold
            case .unequal: value != threshold
            case .greater: value > threshold
            case .less: value < threshold
            }
        return holds ? 1 : 0
    }
}
