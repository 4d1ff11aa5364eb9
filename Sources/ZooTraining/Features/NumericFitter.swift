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

    /// Edges between at most so many buckets, of which each holds the values above the edge below it and up to its own:
    /// the cut whose fullest bucket of several values is as small as can be.
    ///
    /// A value that is heavier than that, as the zeros of a sparse column are, has a bucket of its own, and all the
    /// others share what is left: Poosala et al., "Improved Histograms for Selectivity Estimation" (SIGMOD 1996), call
    /// it a compressed histogram.
    private static func edges(between sorted: [Float], buckets: Int) -> [Float] {
        let runs = Self.runs(of: sorted)
        var (low, high) = (1, max(1, sorted.count))
        while low < high {
            let middle = (low + high) / 2
            if cut(runs, capacity: middle).count < buckets { high = middle } else { low = middle + 1 }
        }
        return cut(runs, capacity: low)
    }

    private typealias Run = (value: Float, count: Int32)

    /// The distinct values of a sorted array, and how often each is there.
    private static func runs(of sorted: [Float]) -> [Run] {
        var runs: [Run] = []
        for value in sorted {
            if let last = runs.last, last.value == value {
                runs[runs.count - 1].count += 1
            } else {
                runs.append((value, 1))
            }
        }
        return runs
    }

    /// The edges between buckets filled from below, each with one value or with several of at most `capacity` rows.
    private static func cut(_ runs: [Run], capacity: Int) -> [Float] {
        var edges: [Float] = []
        var (last, filled): (Float?, Int) = (nil, 0)
        for run in runs {
            if let last, filled + Int(run.count) > capacity {
                edges.append(last)
                filled = 0
            }
            filled += Int(run.count)
            last = run.value
        }
        return edges
    }
}
