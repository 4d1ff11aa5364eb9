/// The value of a metric, or the reason why it has none on these rows.
public enum MetricValue: Sendable, Equatable {
    case value(Double)
    /// Such as "every label is the same class": never reported as NaN, zero or one half.
    case undefined(String)

    /// The value, or nil when undefined.
    public var number: Double? {
        if case .value(let value) = self { value } else { nil }
    }

    /// The reason why there is no value, or nil when there is one.
    public var reason: String? {
        if case .undefined(let reason) = self { reason } else { nil }
    }

    /// The ratio of two counts or sums, undefined for `reason` when the denominator is zero.
    static func ratio(_ numerator: Double, _ denominator: Double, orUndefined reason: String) -> MetricValue {
        denominator == 0 ? .undefined(reason) : .value(numerator / denominator)
    }
}
