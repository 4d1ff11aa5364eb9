import Testing
import ZooText

/// Numbers read the same wherever they are shown.
@Suite struct AmountsTests {
    @Test(arguments: [
        (0, "0 B"), (999, "999 B"), (1000, "1.0 KB"), (753_549, "753.5 KB"), (999_949, "999.9 KB"),
        (999_951, "1.0 MB"), (1_650_000, "1.6 MB"), (Int.max, "9.2 EB"),
    ])
    func sizesHaveOneDecimal(_ count: Int, _ text: String) { #expect(Amounts.bytes(count) == text) }

    @Test(arguments: [(999, "999"), (1000, "1.0k"), (194_221, "194.2k"), (123_456_789, "123.5M"), (0, "0")])
    func countsAreShort(_ count: Int, _ text: String) { #expect(Amounts.short(count) == text) }

    @Test(arguments: [(0, "0"), (999, "999"), (1000, "1,000"), (-1_234_567, "-1,234,567"), (Int.min, nil)])
    func countsHaveThousands(_ count: Int, _ text: String?) {
        #expect(Amounts.count(count) == text ?? "-9,223,372,036,854,775,808")
    }

    @Test(arguments: [
        (0.91234567, "0.9123"), (-0.5, "-0.5000"), (12.0, "12.0000"), (-0.00001, "0.0000"), (.infinity, "inf"),
        (1e300, "1e+300"),
    ])
    func numbersHaveFixedDecimals(_ value: Double, _ text: String) { #expect(Amounts.fixed(value, 4) == text) }

    @Test func marksThatDeceiveAreKnown() {
        for scalar in "\u{0}\u{1B}\u{7F}\u{9B}\u{61C}\u{200F}\u{2028}\u{202E}\u{2066}".unicodeScalars {
            #expect(scalar.isUnsafeInText, "U+\(String(scalar.value, radix: 16))")
        }
        for scalar in "a é\u{A0}語🦓\u{200D}".unicodeScalars {
            #expect(!scalar.isUnsafeInText, "U+\(String(scalar.value, radix: 16))")
        }
    }
}
