import Testing
import ZooModel
import ZooTraining

@Suite struct TimestampTests {
    /// The seconds since 1970 that a text is read as; nil if it is refused.
    private func seconds(_ text: String, _ format: TimestampFormat) -> Double? {
        let request = ColumnRequest("t", as: .timestamp(format))
        let table = try? TableReader(format: .csv, columns: [request]).read("t,x\n\"\(text)\",1\n")
        guard case .timestamp(let column)? = table?[request] else { return nil }
        return column.seconds[0]
    }

    @Test(
        arguments: [
            ("1970-01-01", 0), ("2024-02-29", 1_709_164_800), ("2000-02-29T00:00:00Z", 951_782_400),
            ("1969-12-31 23:59:59", -1), ("2024-05-17T13:45:09.25+02:00", 1_715_946_309.25),
            ("2024-05-17t13:45", 1_715_953_500), ("2024-12-31T23:59:60Z", 1_735_689_600),
            ("2024-05-17T24:00:00", 1_715_990_400), ("2024-05-17T00:00-0530", 1_715_923_800),
        ] as [(String, Double)]
    )
    func readsISO8601(text: String, expected: Double) { #expect(seconds(text, .iso8601) == expected) }

    @Test(
        arguments: [
            "2023-02-29", "1900-02-29", "2024-13-01", "2024-00-01", "2024-04-31", "2024-01-05T25:00", "20240105",
            "2024-01-05 10:00 UTC", "tomorrow", "05/01/2024", "99999-01-01",
        ]
    )
    func refusesWhatIsNoDay(text: String) { #expect(seconds(text, .iso8601) == nil) }

    @Test(
        arguments: [
            ("17/05/2024 13:45", "%d/%m/%Y %H:%M", 1_715_953_500), ("1-JAN-95", "%d-%b-%y", 788_918_400),
            ("17 may 2024", "%e %B %Y", 1_715_904_000), ("Friday, 17 May 2024", "%A, %d %b %Y", 1_715_904_000),
            ("05/17/2024 01:45 PM", "%m/%d/%Y %I:%M %p", 1_715_953_500),
            ("05/17/2024 12:00 am", "%m/%d/%Y %I:%M %p", 1_715_904_000), ("366 2024", "%j %Y", 1_735_603_200),
            ("100% 2024", "100%% %Y", 1_704_067_200),
        ] as [(String, String, Double)]
    )
    func readsPatterns(text: String, pattern: String, expected: Double) {
        #expect(seconds(text, .pattern(pattern)) == expected)
    }

    @Test func refusesWhatDoesNotFitThePattern() {
        #expect(seconds("13:00 PM", .pattern("%I:%M %p")) == nil)
        #expect(seconds("366 2023", .pattern("%j %Y")) == nil)
        #expect(seconds("31/04/2024", .pattern("%d/%m/%Y")) == nil)
        #expect(seconds("12 Mai 2024", .pattern("%d %b %Y")) == nil)
    }

    @Test func numbersAreTimesUpToTheYear9999() {
        #expect(seconds("1715953509.5", .unixSeconds) == 1_715_953_509.5)
        #expect(seconds("1715953509250", .unixMilliseconds) == 1_715_953_509.25)
        // Milliseconds where seconds were promised.
        #expect(seconds("1715953509250", .unixSeconds) == nil)
        for text in ["1e300", "nan", "inf", "12:00", "0x10"] { #expect(seconds(text, .unixSeconds) == nil) }
    }
}
