/// How a point in time is written.
public enum TimestampFormat: Hashable, Sendable {
    /// Seconds since 1970-01-01T00:00:00Z, with or without a fraction.
    case unixSeconds
    /// Milliseconds since 1970-01-01T00:00:00Z.
    case unixMilliseconds
    /// ISO 8601: `2024-05-17`, `2024-05-17T13:45:09.25+02:00`, also with a space for the `T`. UTC if no zone is given.
    case iso8601
    /// `strptime` directives, each one of ``directives`` behind a `%`; a space matches any run of spaces.
    case pattern(String)

    /// The letters that may follow a `%` in a pattern.
    package static let directives = "YymdeHMSIpbBaAjz%"
}
