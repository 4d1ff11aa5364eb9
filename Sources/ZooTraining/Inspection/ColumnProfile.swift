/// What a look at a table's column found.
public struct ColumnProfile: Sendable, Codable {
    /// The column's name.
    public var name: String
    /// The kind of feature that it looks like; for a label, the kind of task.
    public var kind: String
    /// `feature`, `task`, `truth`, or `ignored`.
    public var role: String
    /// The share of rows without a value.
    public var missing: Double
    /// How many distinct values there are.
    public var distinct: Int
    /// The smallest number, for a column of numbers.
    public var minimum: Double?
    /// The mean, for a column of numbers.
    public var mean: Double?
    /// The largest number, for a column of numbers.
    public var maximum: Double?
    /// The most frequent values, at most three.
    public var examples: [String]
}

/// The distinct values of a column with their counts, missing ones set aside.
struct ColumnValues {
    /// Values that always mean "missing".
    private static let markers: Set<String> = ["?", "NA", "N/A", "NULL", "null", "NaN", "nan", "\\N", "#N/A"]
    /// Values that mean "missing" among numbers.
    private static let numericMarkers: Set<String> = ["-", "--", "None", "none", "unknown", "."]

    let name: String
    let rows: Int
    /// Values with counts, most frequent first.
    private(set) var values: [(text: String, count: Int)]
    /// The markers of missing values that were found.
    private(set) var foundMarkers: [String] = []
    private(set) var missingCount: Int
    /// Smallest, mean and largest, where all values are finite numbers.
    private(set) var numbers: (minimum: Double, mean: Double, maximum: Double)?
    /// Whether all numbers are whole.
    private(set) var isWhole = false

    init(name: String, column: CategoricalColumn) {
        self.name = name
        rows = column.codes.count
        var counts = [Int](repeating: 0, count: column.dictionary.count)
        for code in column.codes where code >= 0 { counts[Int(code)] += 1 }
        missingCount = column.codes.count { $0 < 0 }
        values = counts.indices.filter { counts[$0] > 0 }.map { (column.dictionary.string($0), counts[$0]) }
        values.sort { ($1.count, $0.text) < ($0.count, $1.text) }
        setAside(Self.markers)
        let words = values.filter { Double(decimal: $0.text) == nil }
        if words.count < values.count, words.allSatisfy({ Self.numericMarkers.contains($0.text) }) {
            setAside(Self.numericMarkers)
            summarise()
        }
    }

    /// Rows with a value.
    var presentCount: Int { rows - missingCount }

    /// A value's mean length in characters.
    var meanLength: Double {
        let length = values.reduce(0) { $0 + $1.text.count * $1.count }
        return Double(length) / Double(max(1, presentCount))
    }

    private mutating func setAside(_ markers: Set<String>) {
        for value in values where markers.contains(value.text) {
            foundMarkers.append(value.text)
            missingCount += value.count
        }
        values.removeAll { markers.contains($0.text) }
    }

    private mutating func summarise() {
        guard !values.isEmpty else { return }
        var (minimum, maximum, sum) = (Double.infinity, -Double.infinity, 0.0)
        isWhole = true
        for value in values {
            guard let number = Double(decimal: value.text) else { continue }
            minimum = min(minimum, number)
            maximum = max(maximum, number)
            sum += number * Double(value.count)
            if number != number.rounded() { isWhole = false }
        }
        numbers = (minimum, sum / Double(presentCount), maximum)
    }
}
