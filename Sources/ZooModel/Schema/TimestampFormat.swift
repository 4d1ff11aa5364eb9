/// How a moment is written in a column.
public enum TimestampFormat: String, Sendable, Hashable, CaseIterable {
    /// Seconds since 1970-01-01T00:00Z, an integer or a decimal.
    case unix
    /// Milliseconds since then.
    case unixMilliseconds = "unix-ms"
    /// `2010-12-01`, `2010-12-01 08:26`, `2010-12-01T08:26:00.5Z`, with an offset such as `+02:00` or without (UTC).
    case iso8601
    /// `12/01/2010 08:26`: month first.
    case monthFirst = "month-first"
    /// `01/12/2010 08:26` or `01.12.2010`: day first.
    case dayFirst = "day-first"
}

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
    /// Morning, afternoon, evening and night, by weekday or weekend: 8 values.
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
