#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// What training data said about a numeric feature.
public struct NumericStatistics: Sendable, Hashable {
    /// The mean, of the logarithm where the feature takes it.
    public var mean: Double
    /// The standard deviation; 1 where the data had none.
    public var deviation: Double
    /// Rising edges between quantile buckets: value x is in the bucket of the number of edges below x.
    public var edges: [Float]

    /// Statistics.
    public init(mean: Double, deviation: Double, edges: [Float]) {
        self.mean = mean
        self.deviation = deviation
        self.edges = edges
    }

    /// Normalised numbers stay within this, whatever the raw ones, so that no row can overflow the network.
    public static let limit: Float = 1_000

    /// Embedding rows of the buckets: missing, out of vocabulary (never used), and a row a bucket.
    public var rows: Int { edges.count + 1 + Int(Vocabulary.firstValueRow) }

    /// The embedding row of a value's bucket; of NaN the missing row.
    public func row(of value: Float) -> Int32 {
        guard !value.isNaN else { return Vocabulary.missingRow }
        var low = 0
        var high = edges.count
        while low < high {
            let middle = (low + high) / 2
            if edges[middle] < value { low = middle + 1 } else { high = middle }
        }
        return Vocabulary.firstValueRow + Int32(low)
    }

    /// The number that enters the network for a raw one; 0, the mean, for NaN.
    public func normalised(_ value: Float, _ normalisation: FeatureDefinition.Numeric.Normalisation) -> Float {
        guard !value.isNaN else { return 0 }
        let number = (Self.transformed(Double(value), normalisation) - mean) / deviation
        return min(max(Float(number), -Self.limit), Self.limit)
    }

    /// The number whose mean and deviation are taken: sign(x) · ln(1 + |x|) for `log`, else x.
    public static func transformed(
        _ value: Double,
        _ normalisation: FeatureDefinition.Numeric.Normalisation
    ) -> Double {
        normalisation == .log ? (value < 0 ? -log1p(-value) : log1p(value)) : value
    }
}
