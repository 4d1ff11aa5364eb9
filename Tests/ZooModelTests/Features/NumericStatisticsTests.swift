import Testing
import ZooModel

@Suite struct NumericStatisticsTests {
    let statistics = NumericStatistics(mean: 10, deviation: 4, edges: [0, 5, 20])

    @Test(
        arguments: [
            (-1, 2), (0, 2), (0.5, 3), (5, 3), (5.5, 4), (20, 4), (21, 5), (.infinity, 5), (-.infinity, 2), (.nan, 0),
        ] as [(Float, Int32)]
    )
    func bucketIsTheNumberOfEdgesBelow(value: Float, row: Int32) {
        #expect(statistics.row(of: value) == row)
        #expect(statistics.rows == 6)
    }

    @Test func normalises() {
        #expect(statistics.normalised(14, .zscore) == 1)
        #expect(statistics.normalised(.nan, .zscore) == 0)
        #expect(statistics.normalised(3e38, .zscore) == NumericStatistics.limit)
        #expect(NumericStatistics.transformed(-3, .log) == -NumericStatistics.transformed(3, .log))
        #expect(abs(NumericStatistics.transformed(.init(1), .log) - 0.693147180559945) < 1e-12)
    }
}

@Suite struct TimestampPartTests {
    /// 2024-02-29 23:30:00 UTC, a Thursday.
    @Test(
        arguments: [
            (.hour, 23), (.weekday, 3), (.day, 28), (.month, 1), (.quarter, 0), (.daypart, 3),
        ] as [(TimestampPart, Int32)]
    )
    func readsTheCalendar(part: TimestampPart, value: Int32) {
        #expect(part.row(ofSeconds: 1_709_249_400) == value + 2)
    }

    /// 1969-12-31 23:59:59 UTC, a Wednesday: before the epoch, where division must round down.
    @Test(arguments: [(.hour, 23), (.weekday, 2), (.day, 30), (.month, 11)] as [(TimestampPart, Int32)])
    func readsMomentsBeforeTheEpoch(part: TimestampPart, value: Int32) {
        #expect(part.row(ofSeconds: -1) == value + 2)
    }

    @Test func everyDayOfFourCenturiesHasAValidDate() {
        for day in stride(from: -146_097, to: 146_097, by: 1) {
            let row = TimestampPart.day.row(ofSeconds: Double(day) * 86_400)
            let month = TimestampPart.month.row(ofSeconds: Double(day) * 86_400)
            guard (2...32).contains(row), (2...13).contains(month) else {
                Issue.record("day \(day) has day row \(row), month row \(month)")
                return
            }
        }
    }

    @Test(arguments: TimestampPart.allCases) func staysWithinItsRows(part: TimestampPart) {
        #expect(part.row(ofSeconds: .nan) == Vocabulary.missingRow)
        #expect(part.row(ofSeconds: .infinity) == Vocabulary.outOfVocabularyRow)
        #expect(part.row(ofSeconds: -1e300) == Vocabulary.outOfVocabularyRow)
        for seconds in stride(from: -6e12, to: 6e12, by: 1.7e9) {
            let row = Int(part.row(ofSeconds: seconds))
            if !(2..<(2 + part.cardinality)).contains(row) { Issue.record("\(part) of \(seconds) is row \(row)") }
        }
    }
}
