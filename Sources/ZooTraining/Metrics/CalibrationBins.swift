/// Confidences cut into equal-width bins, each remembering its mean confidence and its share of hits.
///
/// Expected calibration error as in Guo et al., "On Calibration of Modern Neural Networks" (2017), with its 15 bins; bin
/// b holds confidences in (b/15, (b+1)/15], and 0 belongs to the first.
struct CalibrationBins {
    static let count = 15

    private var rows = 0.0
    private var confidence = [Double](repeating: 0, count: Self.count)
    private var hits = [Double](repeating: 0, count: Self.count)

    /// Bins confidences, each in [0, 1], with whether the prediction came true.
    init(confidences: some Sequence<Float>, outcomes: some Sequence<Bool>) {
        let edges = (1..<Self.count).map { Double($0) / Double(Self.count) }
        for (value, hit) in zip(confidences, outcomes) {
            let value = Double(value)
            // The product lands on the right bin or, by rounding, one beside it.
            var bin = min(Int(value * Double(Self.count)), Self.count - 1)
            if bin > 0, value <= edges[bin - 1] {
                bin -= 1
            } else if bin < edges.count, value > edges[bin] {
                bin += 1
            }
            rows += 1
            confidence[bin] += value
            hits[bin] += hit ? 1 : 0
        }
    }

    /// Σ (rows of bin / rows) · |share of hits − mean confidence|.
    var expectedError: MetricValue {
        let gap = zip(hits, confidence).reduce(0) { $0 + abs($1.0 - $1.1) }
        return .ratio(gap, rows, orUndefined: MetricReport.noRows)
    }
}
