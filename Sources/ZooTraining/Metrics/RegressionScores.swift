extension MetricReport {
    /// Metrics of a regression task, in the unit of the target: `rmse`, `mae`.
    ///
    /// `targets` that are NaN are missing.
    public static func regression(predictions: [Float], targets: [Float]) -> MetricReport {
        let rows = labelledRows(targets)
        var squares = 0.0
        var absolutes = 0.0
        for row in rows {
            let difference = Double(predictions[row]) - Double(targets[row])
            squares += difference * difference
            absolutes += abs(difference)
        }
        func mean(_ sum: Double) -> MetricValue {
            if rows.isEmpty { return .undefined(noRows) }
            return sum.isFinite ? .value(sum / Double(rows.count)) : .undefined("a prediction or target is not finite")
        }
        let meanSquare = mean(squares)
        return MetricReport(
            rows: rows.count,
            missing: targets.count - rows.count,
            entries: [
                "rmse": meanSquare.number.map { .value($0.squareRoot()) } ?? meanSquare,
                "mae": mean(absolutes),
            ]
        )
    }
}
