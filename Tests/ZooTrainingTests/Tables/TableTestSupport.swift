import Foundation
import ZooModel
import ZooTraining

/// A directory that vanishes at the end of a test.
final class ScratchDirectory {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "/zoo-tables-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ text: String, to name: String) throws -> String {
        try write(Array(text.utf8), to: name)
    }

    func write(_ bytes: [UInt8], to name: String) throws -> String {
        let file = "\(path)/\(name)"
        try Data(bytes).write(to: URL(fileURLWithPath: file))
        return file
    }

    /// Runs a program on a file of this directory.
    func run(_ program: String, _ arguments: [String]) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [program] + arguments
        try process.run()
        process.waitUntilExit()
    }
}

extension TableReader {
    /// A reader of some columns as categories.
    init(_ format: TableFormat = .csv, categories: [String] = [], numbers: [String] = []) {
        self.init(
            format: format,
            columns: categories.map { ColumnRequest($0, as: .categorical) }
                + numbers.map { ColumnRequest($0, as: .numeric) }
        )
    }

    func read(_ text: String) throws -> Table { try read(bytes: Array(text.utf8), name: "t.csv") }

    /// What reading some text fails with; `nil` if it does not.
    func failure(_ text: String) -> String? { failure(Array(text.utf8)) }

    func failure(_ bytes: [UInt8]) -> String? {
        do {
            _ = try read(bytes: bytes, name: "t.csv")
            return nil
        } catch {
            return "\(error)"
        }
    }
}

extension TableReader {
    /// Everything of a table that callers can see, or the error.
    func summary(_ text: String) -> String { summary(Array(text.utf8)) }

    func summary(_ bytes: [UInt8]) -> String {
        do {
            let table = try read(bytes: bytes, name: "t.csv")
            var parts = ["\(table.rowCount) \(table.badRowCount) \(table.badRowExamples) \(table.sourceColumns)"]
            for request in columns {
                switch table[request] {
                case .categorical(let column)?: parts.append("\(Array(column.codes)) \(column.dictionary.strings)")
                case .numeric(let column)?: parts.append("\(column.values.map(\.bitPattern))")
                case .list(let column)?:
                    parts.append("\(Array(column.offsets)) \(Array(column.codes)) \(column.dictionary.strings)")
                case .text(let column)?: parts.append("\(Array(column.offsets)) \(Array(column.bytes))")
                case .timestamp(let column)?: parts.append("\(column.seconds.map(\.bitPattern))")
                case nil: parts.append("none")
                }
            }
            parts.append("\((0..<table.rowCount).map(table.line(ofRow:)))")
            return parts.joined(separator: "\n")
        } catch {
            return "\(error)"
        }
    }
}

extension Table {
    /// A categorical column's values, `nil` for missing.
    func values(_ column: String) -> [String?] {
        guard let found = categorical(column) else { return [] }
        return found.codes.map { $0 < 0 ? nil : found.dictionary.string(Int($0)) }
    }

    /// A list column's values.
    func lists(_ request: ColumnRequest) -> [[String]] {
        guard case .list(let found)? = self[request] else { return [] }
        return (0..<rowCount).map { found[$0].map { found.dictionary.string(Int($0)) } }
    }
}

/// A small generator for tests, the same every time.
struct TestRandom: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}
