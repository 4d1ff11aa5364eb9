/// A part of a moment that can be embedded.
public enum TimestampPart: String, Sendable, Hashable, CaseIterable {
    /// 0–23.
    case hour
    /// Monday (0) to Sunday.
    case weekday
    /// 1–31.
    case day
    /// January (0) to December.
    case month
    /// January to March is 0.
    case quarter
    /// Night, morning, afternoon and evening (6 hours each), on a working day or at the weekend.
    case daypart

    /// How many values the part has.
    public var cardinality: Int {
        switch self {
        case .hour: 24
        case .weekday: 7
        case .day: 31
        case .month: 12
        case .quarter: 4
        case .daypart: 8
        }
    }
}
