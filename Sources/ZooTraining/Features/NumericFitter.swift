import ZooModel

/// Learns mean, deviation and bucket edges of a numeric feature.
enum NumericFitter {
    /// The statistics of some values, NaN being missing.
    static func fit(
        _ options: FeatureDefinition.Numeric,
        on values: UnsafeBufferPointer<Float>
    ) -> NumericStatistics {
        var (mean, deviation) = (0.0, 1.0)
        if options.normalisation != .none {
            (mean, deviation) = moments(of: values, options.normalisation)
        }
        let edges = options.buckets.map { Self.edges(of: values, buckets: $0) } ?? []
        return NumericStatistics(mean: mean, deviation: deviation, edges: edges)
    }

    /// Mean and standard deviation in two passes; 0 and 1 where there is nothing to learn from.
    private static func moments(
        of values: UnsafeBufferPointer<Float>,
        _ normalisation: FeatureDefinition.Numeric.Normalisation
    ) -> (mean: Double, deviation: Double) {
        var count = 0
        var sum = 0.0
        for value in values where !value.isNaN {
            count += 1
            sum += NumericStatistics.transformed(Double(value), normalisation)
        }
        guard count > 0 else { return (0, 1) }
        let mean = sum / Double(count)
        var squares = 0.0
        for value in values where !value.isNaN {
            let difference = NumericStatistics.transformed(Double(value), normalisation) - mean
            squares += difference * difference
        }
        let deviation = (squares / Double(count)).squareRoot()
        return (mean, deviation > 1e-12 * max(1, mean.magnitude) ? deviation : 1)
    }

    /// Edges such that each bucket, which holds the values above the edge below it and up to its own, has about the
    /// same number of values.
    ///
    /// A value that fills a bucket or more by itself, as the zeros of a sparse column do, gets a bucket of its own:
    /// the value before it becomes an edge, too.
    private static func edges(of values: UnsafeBufferPointer<Float>, buckets: Int) -> [Float] {
        let sorted = values.filter { !$0.isNaN }.sorted()
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
