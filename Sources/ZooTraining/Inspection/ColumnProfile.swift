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

    /// What a cell of the column holds.
    enum Shape {
        case value, list
        /// Of JSON: what no column can take.
        case nested
    }

    let name: String
    let rows: Int
    let shape: Shape
    /// Values with counts, most frequent first.
    private(set) var values: [(text: String, count: Int)]
    /// The markers of missing values that were found.
    private(set) var foundMarkers: [String] = []
    private(set) var missingCount: Int
    /// Smallest, mean and largest, where all values are finite numbers.
    private(set) var numbers: (minimum: Double, mean: Double, maximum: Double)?
    /// Whether all numbers are whole.
    private(set) var isWhole = false

    /// The values of a column that was read as categories or lists; without a column there are none to look at.
    init(name: String, column: TableColumn?, rows: Int) {
        self.name = name
        self.rows = rows
        switch column {
        case .categorical(let column):
            shape = .value
            missingCount = column.codes.count { $0 < 0 }
            values = Self.counted(column.codes, column.dictionary)
        case .list(let column):
            shape = .list
            missingCount = (0..<rows).count { column[$0].isEmpty }
            values = Self.counted(column.codes, column.dictionary)
            return
        default:
            shape = .nested
            missingCount = 0
            values = []
            return
        }
        setAside(Self.markers)
        let words = values.filter { Self.number($0.text) == nil }
        if words.count < values.count, words.allSatisfy({ Self.numericMarkers.contains($0.text) }) {
            setAside(Self.numericMarkers)
            summarise()
        }
    }

    private static func counted(
        _ codes: UnsafeBufferPointer<Int32>,
        _ dictionary: StringDictionary
    ) -> [(text: String, count: Int)] {
        var counts = [Int](repeating: 0, count: dictionary.count)
        for code in codes where code >= 0 { counts[Int(code)] += 1 }
        let values = counts.indices.filter { counts[$0] > 0 }.map { (text: dictionary.string($0), count: counts[$0]) }
        return values.sorted { ($1.count, $0.text) < ($0.count, $1.text) }
    }

    /// The kind of a column that no schema reads.
    var plainKind: String {
        switch shape {
        case .value: numbers == nil ? "categorical" : "numeric"
        case .list: "bag"
        case .nested: "object"
        }
    }

    /// Rows with a value.
    var presentCount: Int { rows - missingCount }

    /// A value's mean length in characters.
    var meanLength: Double {
        let length = values.reduce(0) { $0 + $1.text.count * $1.count }
        return Double(length) / Double(max(1, presentCount))
    }

    /// A number that a numeric feature can take: finite as a `Float`, too.
    private static func number(_ text: String) -> Double? {
        Double(decimal: text).flatMap { Float($0).isFinite ? $0 : nil }
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
            guard let number = Self.number(value.text) else { continue }
            minimum = min(minimum, number)
            maximum = max(maximum, number)
            sum += number * Double(value.count)
            if number != number.rounded() { isWhole = false }
        }
        numbers = (minimum, sum / Double(presentCount), maximum)
    }
}
