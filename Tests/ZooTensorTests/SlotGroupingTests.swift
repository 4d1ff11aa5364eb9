import Testing

import ZooTensor

@Suite struct SlotGroupingTests {
    @Test(arguments: [0, 1, 20, 100, 4096, 1 << 20])
    func groupsPartTheSlotsWithinTheLimit(limit: Int) {
        for seed in 0..<20 {
            let random = CounterRandom(seed: UInt64(seed), stream: "sizes")
            let sizes = (0..<(1 + seed)).map { 1 + random.integer(UInt64($0), below: 60) }
            let grouping = SlotGrouping(sizes: sizes, rowLimit: limit)
            #expect(grouping.groups.flatMap { $0 }.sorted() == Array(sizes.indices))
            let products = grouping.groups.map { $0.reduce(1) { $0 * sizes[$1] } }
            #expect(grouping.rows == products.reduce(0, +))
            #expect(grouping.rows <= max(limit, sizes.reduce(0, +)))
        }
    }

    @Test func groupsAreFewAndEven() {
        let grouping = SlotGrouping(sizes: [50, 3, 4, 2], rowLimit: 74)
        #expect(Set(grouping.groups) == [[0], [1, 2, 3]])
        #expect(grouping.rows == 74)
        #expect(SlotGrouping(sizes: [50, 3, 4, 2], rowLimit: 73).groups.count == 3)
    }

    @Test func combinationsCountTheFirstMemberFastest() {
        let grouping = SlotGrouping(sizes: [2, 5, 3], rowLimit: 100)
        #expect(
            grouping.combinations(of: [0, 2], firsts: [10, 20, 30]) == [10, 30, 11, 30, 10, 31, 11, 31, 10, 32, 11, 32]
        )
    }

    @Test func productsThatOverflowAreNotMerged() {
        let grouping = SlotGrouping(sizes: [1 << 40, 1 << 40], rowLimit: .max)
        #expect(grouping.groups.count == 2)
    }
}
