import Foundation
import Testing

/// One case of `Golden/metrics.json`, which `scripts/golden/make_metrics.py` writes with scikit-learn.
struct GoldenMetrics: Decodable, CustomTestStringConvertible {
    let name: String
    let kind: String
    let scores: [Float]
    let labels: [Float?]
    let classes: Int?
    let threshold: Float?
    let expected: [String: Double?]

    var testDescription: String { "\(kind): \(name)" }

    static let all: [GoldenMetrics] = {
        guard let file = Bundle.module.url(forResource: "Golden/metrics", withExtension: "json"),
            let cases = try? JSONDecoder().decode([GoldenMetrics].self, from: Data(contentsOf: file))
        else {
            fatalError("Golden/metrics.json is not among the test's resources")
        }
        return cases
    }()
}
