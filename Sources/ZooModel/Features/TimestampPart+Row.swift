extension TimestampPart {
    /// The embedding row of the part of a moment, given in seconds since 1970-01-01T00:00:00Z; NaN is missing.
    ///
    /// The calendar is the proleptic Gregorian one, in UTC. Moments past the years ±200,000 are out of vocabulary.
    public func row(ofSeconds seconds: Double) -> Int32 {
        guard !seconds.isNaN else { return Vocabulary.missingRow }
        guard seconds.magnitude < 6.3e12 else { return Vocabulary.outOfVocabularyRow }
        let whole = Int(seconds.rounded(.down))
        let day = Int((Double(whole) / 86_400).rounded(.down))
        let hour = (whole - day * 86_400) / 3_600
        return Vocabulary.firstValueRow + Int32(value(day: day, hour: hour))
    }

    private func value(day: Int, hour: Int) -> Int {
        // 1970-01-01 was a Thursday, which is 3 when Monday is 0.
        let weekday = ((day + 3) % 7 + 7) % 7
        switch self {
        case .hour: return hour
        case .weekday: return weekday
        case .daypart: return hour / 6 + (weekday >= 5 ? 4 : 0)
        case .day: return Self.monthAndDay(day).day - 1
        case .month: return Self.monthAndDay(day).month - 1
        case .quarter: return (Self.monthAndDay(day).month - 1) / 3
        }
    }

    /// Month and day of the month, from 1, of a day counted from 1970-01-01.
    ///
    /// Source: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", `civil_from_days`.
    private static func monthAndDay(_ day: Int) -> (month: Int, day: Int) {
        let shifted = day + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    }
}
