/// Counts, sizes and times as people read them.
package enum Quantity {
    static func count(_ count: Int) -> String {
        let digits = String(count)
        var text = ""
        for (offset, digit) in digits.enumerated() {
            if offset > 0, (digits.count - offset).isMultiple(of: 3) { text += "\u{202F}" }
            text.append(digit)
        }
        return text
    }

    /// Three digits at most, with a unit: `1.2k`.
    package static func short(_ count: Int) -> String {
        scaled(count, [(1_000_000_000, "B"), (1_000_000, "M"), (1000, "k")]) ?? String(count)
    }

    static func bytes(_ count: Int) -> String {
        scaled(count, [(1_000_000_000, "\u{A0}GB"), (1_000_000, "\u{A0}MB"), (1000, "\u{A0}kB")]) ?? "\(count)\u{A0}B"
    }

    /// The first digits of `sha256:…`.
    static func digest(_ digest: String, digits: Int = 12) -> String { String(digest.dropFirst(7).prefix(digits)) }

    static func day(_ time: String) -> String { String(time.prefix(10)) }

    static func minute(_ time: String) -> String {
        time.utf8.count >= 16 ? time.prefix(16).replacing("T", with: " ") + " UTC" : time
    }

    /// A metric with four decimals, the last zeros left out.
    package static func metric(_ value: Double) -> String {
        guard value.magnitude < 1e12 else { return String(value) }
        let tenThousandths = Int((value.magnitude * 10_000).rounded())
        let fraction = String(tenThousandths % 10_000 + 10_000).dropFirst()
        return "\(value < 0 && tenThousandths > 0 ? "−" : "")\(tenThousandths / 10_000).\(fraction)"
    }

    private static func scaled(_ count: Int, _ units: [(size: Int, name: String)]) -> String? {
        guard let unit = units.first(where: { count >= $0.size }) else { return nil }
        let (whole, tenth) = (count / unit.size, count % unit.size * 10 / unit.size)
        return whole >= 100 || tenth == 0 ? "\(whole)\(unit.name)" : "\(whole).\(tenth)\(unit.name)"
    }
}
