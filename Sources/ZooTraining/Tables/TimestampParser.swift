import ZooModel

/// Reads points in time out of text.
struct TimestampParser {
    private let directives: [UInt8]
    private let scale: Double?
    /// A time as this format writes it, for messages.
    let example: String

    init(_ format: TimestampFormat) {
        switch format {
        case .unixSeconds:
            (directives, scale, example) = ([], 1, "1715953509")
        case .unixMilliseconds:
            (directives, scale, example) = ([], 1000, "1715953509250")
        case .iso8601:
            (directives, scale, example) = ([], nil, "2024-05-17T13:45:09Z")
        case .pattern(let pattern):
            (directives, scale, example) = (Array(pattern.utf8), nil, pattern)
        }
    }

    /// The years 0 to 9999, which is what times written out can be: beyond, milliseconds were taken for seconds.
    private static let range = -62_167_219_200.0..<253_402_300_800

    /// Seconds since 1970 in UTC, or `nil` if the text is no such time.
    func seconds(_ text: UnsafeBufferPointer<UInt8>) -> Double? {
        if let scale {
            guard let number = Double(decimal: String(decoding: text, as: UTF8.self)),
                Self.range.contains(number / scale)
            else {
                return nil
            }
            return number / scale
        }
        var cursor = Cursor(text)
        cursor.skipBlanks()
        guard directives.isEmpty ? cursor.readISO8601() : cursor.read(directives) else { return nil }
        cursor.skipBlanks()
        return cursor.isAtEnd ? cursor.seconds : nil
    }
}

/// A text being read and the parts of a time found so far.
private struct Cursor {
    private let text: UnsafeBufferPointer<UInt8>
    private var position = 0
    private var year = 1970
    private var month = 1
    private var day = 1
    private var second = 0.0
    private var dayOfYear: Int?
    /// Of a clock with twelve hours: the hour, and whether it is after noon.
    private var halfDayHour: Int?
    private var isAfternoon = false

    init(_ text: UnsafeBufferPointer<UInt8>) { self.text = text }

    var isAtEnd: Bool { position == text.count }

    private var next: UInt8? { position < text.count ? text[position] : nil }

    /// The time, if its parts fit together.
    var seconds: Double? {
        let second = self.second + Double(((halfDayHour ?? 0) % 12 + (isAfternoon ? 12 : 0)) * 3600)
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        if let dayOfYear {
            guard (1...(isLeap ? 366 : 365)).contains(dayOfYear) else { return nil }
            return Double(Self.days(year, 1, 1) + dayOfYear - 1) * 86_400 + second
        }
        let lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        guard (1...12).contains(month), (1...lengths[month - 1]).contains(day) else { return nil }
        return Double(Self.days(year, month, day)) * 86_400 + second
    }

    /// Days since 1970-01-01 in the proleptic Gregorian calendar (H. Hinnant, "chrono-compatible date algorithms").
    private static func days(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    mutating func skipBlanks() {
        while let byte = next, byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") { position += 1 }
    }

    private mutating func skip(_ byte: UInt8) -> Bool {
        guard next == byte else { return false }
        position += 1
        return true
    }

    private mutating func number(_ digits: ClosedRange<Int>) -> Int? {
        var value = 0
        let start = position
        while position - start < digits.upperBound, let byte = next, byte &- 48 < 10 {
            value = value * 10 + Int(byte - 48)
            position += 1
        }
        return position - start >= digits.lowerBound ? value : nil
    }

    private mutating func add(_ unit: Int, limit: Int) -> Bool {
        guard let value = number(1...2), value <= limit else { return false }
        second += Double(value * unit)
        return true
    }

    private mutating func fraction() {
        guard next == UInt8(ascii: ".") || next == UInt8(ascii: ",") else { return }
        position += 1
        var unit = 0.1
        while let byte = next, byte &- 48 < 10 {
            second += Double(byte - 48) * unit
            unit /= 10
            position += 1
        }
    }

    private mutating func zone() -> Bool {
        if skip(UInt8(ascii: "Z")) || skip(UInt8(ascii: "z")) { return true }
        guard let sign = next, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") else { return false }
        position += 1
        guard let hours = number(2...2), hours <= 24 else { return false }
        _ = skip(UInt8(ascii: ":"))
        let minutes = number(2...2) ?? 0
        second += Double((hours * 60 + minutes) * 60) * (sign == UInt8(ascii: "+") ? -1 : 1)
        return true
    }

    mutating func readISO8601() -> Bool {
        guard read(Array("%Y-%m-%d".utf8)) else { return false }
        guard skip(UInt8(ascii: "T")) || skip(UInt8(ascii: "t")) || skip(UInt8(ascii: " ")) else { return true }
        if isAtEnd { return true }
        guard add(3600, limit: 24), skip(UInt8(ascii: ":")), add(60, limit: 59) else { return false }
        if skip(UInt8(ascii: ":")) {
            guard add(1, limit: 60) else { return false }
            fraction()
        }
        return isAtEnd || next == UInt8(ascii: " ") || zone()
    }

    mutating func read(_ directives: [UInt8]) -> Bool {
        var index = 0
        while index < directives.count {
            let byte = directives[index]
            index += 1
            if byte == UInt8(ascii: " ") {
                skipBlanks()
            } else if byte != UInt8(ascii: "%") {
                guard skip(byte) else { return false }
            } else {
                guard index < directives.count, read(directive: directives[index]) else { return false }
                index += 1
            }
        }
        return true
    }

    private mutating func read(directive: UInt8) -> Bool {
        switch directive {
        case UInt8(ascii: "Y"): return set(\.year, number(4...4))
        case UInt8(ascii: "y"): return set(\.year, number(2...2).map { $0 + ($0 < 69 ? 2000 : 1900) })
        case UInt8(ascii: "m"): return set(\.month, number(1...2))
        case UInt8(ascii: "d"), UInt8(ascii: "e"):
            skipBlanks()
            return set(\.day, number(1...2))
        case UInt8(ascii: "j"):
            dayOfYear = number(1...3)
            return dayOfYear != nil
        case UInt8(ascii: "b"), UInt8(ascii: "B"): return set(\.month, name(of: Self.months))
        case UInt8(ascii: "a"), UInt8(ascii: "A"): return name(of: Self.weekdays) != nil
        case UInt8(ascii: "I"):
            halfDayHour = number(1...2).flatMap { (1...12).contains($0) ? $0 : nil }
            return halfDayHour != nil
        case UInt8(ascii: "p"):
            guard let half = name(of: ["am", "pm"]) else { return false }
            isAfternoon = half == 2
            return true
        case UInt8(ascii: "H"): return add(3600, limit: 24)
        case UInt8(ascii: "M"): return add(60, limit: 59)
        case UInt8(ascii: "S"):
            guard add(1, limit: 60) else { return false }
            fraction()
            return true
        case UInt8(ascii: "z"): return zone()
        case UInt8(ascii: "%"): return skip(directive)
        default: return false
        }
    }

    private mutating func set(_ part: WritableKeyPath<Cursor, Int>, _ value: Int?) -> Bool {
        guard let value else { return false }
        self[keyPath: part] = value
        return true
    }

    private static let months = [
        "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
        "december",
    ]
    private static let weekdays = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]

    /// Which of some names comes next, from 1, in full or as its first three letters, in either case.
    private mutating func name(of names: [String]) -> Int? {
        var end = position
        while end < text.count, (0x61...0x7a).contains(text[end] | 0x20) { end += 1 }
        let word = String(decoding: text[position..<end], as: UTF8.self).lowercased()
        guard let index = names.firstIndex(where: { $0 == word || $0.count > 3 && $0.prefix(3) == word }) else {
            return nil
        }
        position = end
        return index + 1
    }
}
