import Foundation
import ZooTensor

/// One tensor of a golden file.
struct GoldenTensor: Decodable {
    let shape: [Int]
    let values: [Float?]

    /// The values, NaN where the file has null.
    var floats: [Float] { values.map { $0 ?? .nan } }
    var integers: [Int32] { values.map { Int32($0 ?? 0) } }
}

typealias GoldenCase = [String: GoldenTensor]

/// The tensors that scripts/golden/make_golden.py computed with PyTorch.
enum GoldenCases {
    static let operations: [String: GoldenCase] = {
        do {
            guard let url = Bundle.module.url(forResource: "operations", withExtension: "json", subdirectory: "Golden")
            else { return [:] }
            return try JSONDecoder().decode([String: GoldenCase].self, from: Data(contentsOf: url))
        } catch {
            return [:]
        }
    }()
}

/// The largest difference between two lists, relative where values are above one.
func largestDifference(_ a: [Float], _ b: [Float]) -> Float {
    guard a.count == b.count else { return .infinity }
    return zip(a, b).map { abs($0 - $1) / max(1, abs($1)) }.max() ?? 0
}
