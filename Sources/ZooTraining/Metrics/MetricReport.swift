/// The metrics of one task on some rows, in the order in which a table shows them.
///
/// A label that is NaN is missing: its row is counted in `missing` and enters no metric.
public struct MetricReport: Sendable, Equatable {
    /// One metric and its value.
    public struct Entry: Sendable, Equatable {
        /// The metric's stable name, such as `auc` or `log_loss`.
        public let name: String
        /// Its value, or why there is none.
        public let value: MetricValue
    }

    /// Rows with a label.
    public let rows: Int
    /// Rows without one.
    public let missing: Int
    /// Every metric of the task's kind, undefined ones included.
    public private(set) var entries: [Entry]

    init(rows: Int, missing: Int, entries: KeyValuePairs<String, MetricValue>) {
        self.rows = rows
        self.missing = missing
        self.entries = entries.map { Entry(name: $0.key, value: $0.value) }
    }

    /// The metric called `name`, or nil when the task's kind has no such metric.
    public subscript(name: String) -> MetricValue? {
        entries.first { $0.name == name }?.value
    }

    /// The values that are defined, by name.
    public var numbers: [String: Double] {
        let defined = entries.compactMap { entry in entry.value.number.map { (entry.name, $0) } }
        return Dictionary(defined) { first, _ in first }
    }

    mutating func append(_ name: String, _ value: MetricValue) {
        entries.append(Entry(name: name, value: value))
    }
}

extension MetricReport {
    static let noRows = "no row has a label"
    static let badScore = "a score is not a number"
    static let badProbability = "a score is not a probability"

    /// The rows that count: those whose label is present.
    static func labelledRows(_ labels: [Float]) -> [Int] {
        labels.indices.filter { !labels[$0].isNaN }
    }

    /// A probability within [ε, 1 − ε], ε = 2⁻²³, as scikit-learn clips float32 scores before it takes logarithms.
    static func clipped(_ probability: Float) -> Double {
        let epsilon = Double(Float.ulpOfOne)
        return min(max(Double(probability), epsilon), 1 - epsilon)
    }
}
