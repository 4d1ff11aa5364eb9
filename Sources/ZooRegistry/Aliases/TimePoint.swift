import Glibc

/// A moment as people write it: a day, a minute or a second; what is left open counts to its end.
public struct TimePoint: Sendable, Equatable {
    /// As it was written.
    public let text: String
    /// The last millisecond that it covers, UTC: `2026-11-24T23:59:59.999Z`.
    public let end: String

    /// Reads `2026-11-24`, `2026-11-24T10:00`, `2026-11-24 10:00:05`, with `Z` or an offset such as `+01:00` after a
    /// time; without either it is UTC.
    ///
    /// - Throws: ``RegistryError`` (`usage`).
    public init(_ text: String) throws {
        guard let (seconds, fraction) = Self.lastMoment(Array(text.utf8)) else {
            throw RegistryError(
                .usage,
                "\"\(text)\" is no time; write 2026-11-24, 2026-11-24T10:00 or 2026-11-24T10:00:05Z"
            )
        }
        self.text = text
        end = "\(Timestamp.text(seconds).dropLast()).\(fraction)Z"
    }

    /// The last second that a text covers, since 1970, and the last milliseconds of it in three digits.
    private static func lastMoment(_ text: [UInt8]) -> (seconds: Int, fraction: String)? {
        var rest = text[...]
        func number(_ digits: Int, _ range: ClosedRange<Int>) -> Int? {
            guard rest.count >= digits, rest.prefix(digits).allSatisfy({ (48...57).contains($0) }) else { return nil }
            let value = rest.prefix(digits).reduce(0) { $0 * 10 + Int($1 - 48) }
            rest = rest.dropFirst(digits)
            return range.contains(value) ? value : nil
        }
        func skip(_ characters: StaticString) -> Bool {
            guard let first = rest.first, characters.withUTF8Buffer({ $0.contains(first) }) else { return false }
            rest = rest.dropFirst()
            return true
        }
        var parts = tm()
        guard let year = number(4, 1970...9999), skip("-"), let month = number(2, 1...12), skip("-"),
            let day = number(2, 1...31)
        else { return nil }
        (parts.tm_year, parts.tm_mon, parts.tm_mday) = (Int32(year - 1900), Int32(month - 1), Int32(day))
        (parts.tm_hour, parts.tm_min, parts.tm_sec) = (23, 59, 59)
        var offset = 0
        var fraction = "999"
        if skip("Tt ") {
            guard let hour = number(2, 0...23), skip(":"), let minute = number(2, 0...59) else { return nil }
            (parts.tm_hour, parts.tm_min) = (Int32(hour), Int32(minute))
            if skip(":") {
                guard let second = number(2, 0...59) else { return nil }
                parts.tm_sec = Int32(second)
                if skip(".") {
                    let digits = rest.prefix { (48...57).contains($0) }
                    rest = rest.dropFirst(digits.count)
                    fraction = String((String(decoding: digits, as: UTF8.self) + fraction).prefix(3))
                }
            }
            if let sign = rest.first, skip("+-") {
                guard let hours = number(2, 0...23) else { return nil }
                _ = skip(":")
                guard let minutes = number(2, 0...59) else { return nil }
                offset = (hours * 3600 + minutes * 60) * (sign == UInt8(ascii: "-") ? -1 : 1)
            } else {
                _ = skip("Zz")
            }
        }
        guard rest.isEmpty else { return nil }
        let wanted = parts.tm_mday
        let seconds = timegm(&parts)
        // The 31st of a shorter month would silently become the next month's first.
        return parts.tm_mday == wanted ? (seconds - offset, fraction) : nil
    }
}
