#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif
import ZooTensor

/// Encoded rows with their labels, kept for the life of the process.
struct Rows {
    let count: Int
    let fields: Int
    let denseColumns: Int
    let tasks: Int
    let cardinalities: [Int]
    /// [count, fields]
    let ids: UnsafePointer<Int32>
    /// [count, denseColumns]
    let dense: UnsafePointer<Float>
    /// Task after task, `count` each.
    let labels: UnsafePointer<Float>

    /// Random rows.
    init(random count: Int, cardinalities: [Int], denseColumns: Int, tasks: Int) {
        let random = CounterRandom(seed: 1, stream: "rows")
        let fields = cardinalities.count
        self.count = count
        self.fields = fields
        self.denseColumns = denseColumns
        self.tasks = tasks
        self.cardinalities = cardinalities
        ids = Self.kept(count * fields) { Int32(random.integer(UInt64($0), below: cardinalities[$0 % fields])) }
        dense = Self.kept(count * denseColumns) { random.normal(1 << 32 + UInt64($0)) }
        labels = Self.kept(count * tasks) { random.uniform(1 << 33 + UInt64($0)) < 0.2 ? 1 : 0 }
    }

    /// The rows that `peers/census_export.py` wrote.
    init(exported directory: String) throws {
        let shape = try String(contentsOfFile: "\(directory)/census.shape", encoding: .utf8)
        let numbers = shape.split(whereSeparator: { !$0.isNumber }).compactMap { Int($0) }
        guard numbers.count > 4 else { throw CocoaError(.fileReadCorruptFile) }
        (count, fields, denseColumns, tasks) = (numbers[0], numbers[1], numbers[2], numbers[3])
        cardinalities = Array(numbers[4...])
        ids = try Self.read("\(directory)/census.ids", count * fields)
        dense = try Self.read("\(directory)/census.dense", count * denseColumns)
        labels = try Self.read("\(directory)/census.labels", count * tasks)
    }

    private static func kept<Element>(_ count: Int, _ element: (Int) -> Element) -> UnsafePointer<Element> {
        let memory = UnsafeMutablePointer<Element>.allocate(capacity: max(count, 1))
        for index in 0..<count { (memory + index).initialize(to: element(index)) }
        return UnsafePointer(memory)
    }

    private static func read<Element>(_ path: String, _ count: Int) throws -> UnsafePointer<Element> {
        let data = try Data(contentsOf: URL(filePath: path))
        guard data.count == count * MemoryLayout<Element>.stride else { throw CocoaError(.fileReadCorruptFile) }
        return data.withUnsafeBytes { bytes in
            let values = bytes.bindMemory(to: Element.self)
            return kept(count) { values[$0] }
        }
    }
}
