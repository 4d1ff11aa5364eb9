/// Sizes, counts and digests as people read them; the same in the terminal and on the pages.
package enum Amounts {
    /// Bytes in powers of 1,000: `512 B`, `12.4 KB`, `1.9 MB`, `3.2 GB`.
    package static func bytes(_ count: Int) -> String {
        scaled(count, units: [" B", " KB", " MB", " GB", " TB", " PB", " EB"])
    }

    /// A count where room is scarce: `999`, `1.2k`, `194.2k`, `7.0B`.
    package static func short(_ count: Int) -> String {
        scaled(count, units: ["", "k", "M", "B", "T"])
    }

    /// A count with thousands separated by commas: `1,234,567`.
    package static func count(_ count: Int) -> String {
        var result = ""
        let digits = String(count.magnitude)
        for (index, digit) in digits.enumerated() {
            if index > 0 && (digits.count - index) % 3 == 0 {
                result.append(",")
            }
            result.append(digit)
        }
        return count < 0 ? "-" + result : result
    }

    /// A count and what is counted: `1 blob`, `1,200 blobs`.
    package static func plural(_ count: Int, _ noun: String) -> String {
        "\(Amounts.count(count)) \(noun)\(count == 1 ? "" : "s")"
    }

    /// The first twelve digits of `sha256:…`, as tables show them.
    package static func shortDigest(_ digest: String) -> String {
        let hex = digest.utf8.firstIndex(of: UInt8(ascii: ":")).map { digest[$0...].dropFirst() } ?? digest[...]
        return String(Substring(hex.utf8.prefix(12)))
    }

    /// A number with a fixed count of decimals, without Foundation's formatters: `0.9540`.
    package static func fixed(_ value: Double, _ decimals: Int) -> String {
        guard value.isFinite else {
            return value.isNaN ? "nan" : value < 0 ? "-inf" : "inf"
        }
        var scale = 1.0
        for _ in 0..<decimals {
            scale *= 10
        }
        let scaled = (value.magnitude * scale).rounded(.toNearestOrEven)
        guard scaled < 9e15 else {
            return "\(value)"
        }
        let sign = value < 0 && scaled > 0 ? "-" : ""
        var digits = String(Int(scaled))
        guard decimals > 0 else {
            return sign + digits
        }
        if digits.utf8.count <= decimals {
            digits = String(repeating: "0", count: decimals + 1 - digits.utf8.count) + digits
        }
        let point = digits.utf8.index(digits.endIndex, offsetBy: -decimals)
        return sign + digits[..<point] + "." + digits[point...]
    }

    /// A count with one decimal in the largest of the units, each a thousand of the one before.
    private static func scaled(_ count: Int, units: [String]) -> String {
        var value = Double(count)
        var unit = 0
        while value >= 999.95 && unit < units.count - 1 {
            value /= 1000
            unit += 1
        }
        return (unit == 0 ? String(count) : fixed(value, 1)) + units[unit]
    }
}
