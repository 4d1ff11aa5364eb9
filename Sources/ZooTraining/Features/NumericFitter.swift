import ZooModel
import ZooTensor

/// Learns mean, deviation and bucket edges of a numeric feature.
enum NumericFitter {
    /// Values that are sorted for bucket edges; of more, about so many are drawn.
    static let mostSorted = 1 << 24

    /// The statistics of some rows' values, NaN being missing.
    static func fit(
        _ options: FeatureDefinition.Numeric,
        on values: UnsafeBufferPointer<Float>,
        _ rows: RowSelection
    ) -> NumericStatistics {
        var (mean, deviation) = (0.0, 1.0)
        if options.normalisation != .none {
            (mean, deviation) = moments(of: values, rows, options.normalisation)
        }
        let edges = options.buckets.map { Self.edges(between: sorted(values, rows), buckets: $0) } ?? []
        return NumericStatistics(mean: mean, deviation: deviation, edges: edges)
    }

    /// Mean and standard deviation in two passes; 0 and 1 where there is nothing to learn from.
    private static func moments(
        of values: UnsafeBufferPointer<Float>,
        _ rows: RowSelection,
        _ normalisation: FeatureDefinition.Numeric.Normalisation
    ) -> (mean: Double, deviation: Double) {
        var count = 0
        var sum = 0.0
        rows.forEach { row in
            guard !values[row].isNaN else { return }
            count += 1
            sum += NumericStatistics.transformed(Double(values[row]), normalisation)
        }
        guard count > 0 else { return (0, 1) }
        let mean = sum / Double(count)
        var squares = 0.0
        rows.forEach { row in
            guard !values[row].isNaN else { return }
            let difference = NumericStatistics.transformed(Double(values[row]), normalisation) - mean
            squares += difference * difference
        }
        let deviation = (squares / Double(count)).squareRoot()
        return (mean, deviation > 1e-12 * max(1, mean.magnitude) ? deviation : 1)
    }

    /// The values in rising order, or about ``mostSorted`` of them, the same for the same rows.
    private static func sorted(_ values: UnsafeBufferPointer<Float>, _ rows: RowSelection) -> [Float] {
        let step = (rows.count + mostSorted - 1) / mostSorted
        let random = ZooTensor.CounterRandom(seed: 0, stream: "bucket edges")
        var kept: [Float] = []
        kept.reserveCapacity(step > 1 ? mostSorted + mostSorted / 16 : rows.count)
        rows.forEach { row in
            guard !values[row].isNaN, step <= 1 || random.integer(UInt64(row), below: step) == 0 else { return }
            kept.append(values[row])
        }
        kept.sort()
        return kept
    }

    /// Edges such that each bucket, which holds the values above the edge below it and up to its own, has about the
    /// same number of values.
    ///
    /// A value that fills a bucket or more by itself, as the zeros of a sparse column do, gets a bucket of its own:
    /// the value before it becomes an edge, too.
    private static func edges(between sorted: [Float], buckets: Int) -> [Float] {
        guard let last = sorted.last else { return [] }
        var edges: [Float] = []
        func append(_ edge: Float) {
            if edge < last, edges.last.map({ $0 < edge }) ?? true { edges.append(edge) }
        }
        let share = sorted.count / buckets
        for bucket in 1..<buckets {
            let edge = sorted[(bucket * sorted.count + buckets - 1) / buckets - 1]
            guard edge != edges.last else { continue }
            let start = sorted.firstIndex(notBelow: edge)
            if start > 0, sorted.firstIndex(above: edge) - start > share { append(sorted[start - 1]) }
            append(edge)
        }
        let tail = sorted.firstIndex(notBelow: last)
        if tail > 0, sorted.count - tail > share { append(sorted[tail - 1]) }
        return edges
    }
}

extension [Float] {
    /// In a sorted array, the first index whose value is at least `value`.
    fileprivate func firstIndex(notBelow value: Float) -> Int {
        firstIndex(satisfying: { $0 >= value })
    }

    /// In a sorted array, the first index whose value is above `value`.
    fileprivate func firstIndex(above value: Float) -> Int {
        firstIndex(satisfying: { $0 > value })
    }

    private func firstIndex(satisfying isBeyond: (Float) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if isBeyond(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
