import Testing
import ZooTraining

@Suite struct RowSelectionTests {
    private func rows(_ selection: RowSelection) -> [Int] {
        var rows: [Int] = []
        selection.forEach { rows.append($0) }
        return rows
    }

    @Test func allOrSomeRowsInOrder() {
        #expect(rows(RowSelection(allOf: 5)) == [0, 1, 2, 3, 4])
        let some = RowSelection(of: 200) { $0 % 64 < 2 }
        #expect(rows(some) == [0, 1, 64, 65, 128, 129, 192, 193])
        #expect(some.count == 8 && some.contains(65) && !some.contains(66))
        var runs: [Range<Int>] = []
        some.forEachRun(in: 1..<129) { runs.append($0) }
        #expect(runs == [1..<2, 64..<66, 128..<129])
        #expect(rows(RowSelection(of: 0) { _ in true }).isEmpty)
    }

    @Test(arguments: [0, 0.1, 0.5, 0.9] as [Float]) func holdsOutExactlyTheShare(_ share: Float) {
        let (train, held) = RowSelection.holdingOut(share, of: 1_000, seed: 4)
        #expect(held.count == Int((Double(share) * 1_000).rounded(.down)))
        #expect((rows(train) + rows(held)).sorted() == Array(0..<1_000))
        // Rows of every part of the table are held out.
        if share > 0 { #expect((0..<10).allSatisfy { part in rows(held).contains { $0 / 100 == part } }) }
        #expect(rows(RowSelection.holdingOut(share, of: 1_000, seed: 4).held) == rows(held))
        #expect(share == 0 || rows(RowSelection.holdingOut(share, of: 1_000, seed: 5).held) != rows(held))
    }

    @Test func thinsEvenly() {
        let some = RowSelection(of: 1_000) { $0 % 2 == 0 }
        #expect(rows(some.thinned(to: 5)) == [0, 200, 400, 600, 800])
        #expect(some.thinned(to: 600).count == 500)
    }
}
