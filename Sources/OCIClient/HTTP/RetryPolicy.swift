#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// When a failed request is sent again: 408, 429, 5xx and broken connections, a bounded number of times.
package struct RetryPolicy: Sendable {
    /// Attempts in all.
    package var attempts = 5
    /// Wait before the second attempt; it doubles from one to the next.
    package var base: Duration = .milliseconds(250)
    /// Longest wait that a server's `Retry-After` is granted; beyond it the request fails with what the server asks.
    package var longestWait: Duration = .seconds(120)

    package init() {}

    /// The wait after failed attempt `attempt`, counted from 0: 250 ms × 2ⁿ, of which up to a half is left to chance so
    /// that many clients do not come back at once.
    package func delay(after attempt: Int) -> Duration {
        base * (1 << min(attempt, 10)) * Double.random(in: 0.5...1)
    }

    /// Whether a status says that the request may succeed later.
    package static func isTransient(_ status: UInt) -> Bool {
        status == 408 || status == 429 || (500...599).contains(status) && ![501, 505, 507].contains(status)
    }

    /// Seconds that a `Retry-After` header asks for: a number, or a date (RFC 9110, section 10.2.3).
    package static func retryAfter(_ value: String?, now: Date = Date()) -> Duration? {
        guard let text = value?.split(separator: " ", omittingEmptySubsequences: true).joined(separator: " "),
            !text.isEmpty
        else { return nil }
        if let seconds = Int(text) { return seconds >= 0 ? .seconds(min(seconds, 1 << 30)) : nil }
        guard let date = httpDate(text) else { return nil }
        return .seconds(max(0, Int(date.timeIntervalSince(now).rounded(.up))))
    }

    /// An IMF-fixdate, "Sun, 06 Nov 1994 08:49:37 GMT".
    private static func httpDate(_ text: String) -> Date? {
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let parts = text.split(separator: " ")
        guard parts.count == 6, parts[5] == "GMT", let day = Int(parts[1]), let year = Int(parts[3]),
            let month = months.firstIndex(of: String(parts[2])), (1...31).contains(day), (1970...9999).contains(year)
        else { return nil }
        let clock = parts[4].split(separator: ":").compactMap { Int($0) }
        guard clock.count == 3, (0..<24).contains(clock[0]), (0..<60).contains(clock[1]), (0...60).contains(clock[2])
        else { return nil }
        // Days from civil (the Gregorian calendar counted from March, so that leap days come last).
        let shifted = month < 2 ? year - 1 : year
        let era = shifted / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month < 2 ? month + 10 : month - 2) + 2) / 5 + day - 1
        let days = era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
        return Date(timeIntervalSince1970: Double(days * 86_400 + clock[0] * 3_600 + clock[1] * 60 + clock[2]))
    }
}
