import Testing
import ZooRegistry

@Suite struct TimePointTests {
    @Test(arguments: [
        ("2026-11-24", "2026-11-24T23:59:59.999Z"), ("2026-11-24T10:00", "2026-11-24T10:00:59.999Z"),
        ("2026-11-24 10:00:05", "2026-11-24T10:00:05.999Z"), ("2026-11-24T10:00:05Z", "2026-11-24T10:00:05.999Z"),
        ("2026-11-24T10:00:05.1Z", "2026-11-24T10:00:05.199Z"),
        ("2026-11-24T10:00:05.123456Z", "2026-11-24T10:00:05.123Z"),
        ("2026-11-24T00:30:00+01:00", "2026-11-23T23:30:00.999Z"),
        ("2026-11-24T23:30-0100", "2026-11-25T00:30:59.999Z"),
        ("2024-02-29", "2024-02-29T23:59:59.999Z"),
    ])
    func whatIsLeftOpenCountsToItsEnd(_ text: String, _ end: String) throws {
        #expect(try TimePoint(text).end == end)
    }

    @Test(arguments: [
        "", "yesterday", "2026", "2026-13-01", "2026-00-01", "2026-11-31", "2025-02-29", "2026-11-24T",
        "2026-11-24T24:00",
        "2026-11-24T10", "2026-11-24T10:00:", "2026-11-24T10:00Zx", "2026-11-24T10:00+1", "20261124", "２０２６-11-24",
    ])
    func whatIsNoTimeIsRefused(_ text: String) {
        let error = #expect(throws: RegistryError.self) { try TimePoint(text) }
        #expect(error?.code == .usage)
    }
}
