import Testing
import ZooCommands

struct TextTableTests {
    private func table() -> TextTable {
        var table = TextTable(columns: [
            .init("NAME"), .init("TASKS", minimumWidth: 5), .init("DAY", isOptional: true),
            .init("IN", minimumWidth: 3),
        ])
        table.append(["census-transfer", "income,never-married", "2026-11-25", "bundled"])
        table.append(["a", "b", "2026-11-26", "own"])
        return table
    }

    @Test func thereIsRoomForEverything() {
        #expect(
            table().rendered(width: nil) == """
                NAME             TASKS                 DAY         IN
                census-transfer  income,never-married  2026-11-25  bundled
                a                b                     2026-11-26  own

                """
        )
        #expect(table().rendered(width: 58) == table().rendered(width: nil))
    }

    @Test func whatIsOptionalGoesFirst() {
        #expect(
            table().rendered(width: 57) == """
                NAME             TASKS                 IN
                census-transfer  income,never-married  bundled
                a                b                     own

                """
        )
    }

    @Test func namesStayWhole() {
        #expect(
            table().rendered(width: 30) == """
                NAME             TASKS  IN
                census-transfer  inco…  bundl…
                a                b      own

                """
        )
    }
}
