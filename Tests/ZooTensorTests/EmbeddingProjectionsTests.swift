import Testing
import ZooTensor

/// Linear layers through tables of projected embeddings against the plain products.
@Suite struct EmbeddingProjectionsTests {
    /// Small and large slots of several widths, a bag, dense columns, ids outside their field; random by its seed.
    final class Network: @unchecked Sendable {
        let store: ParameterStore
        let plan = EmbeddingPlan()
        let first: Parameter, second: Parameter
        let rows: Int
        let slots: Int
        let denseCount: Int
        var ids: [Int32] = []
        let items: [Int32] = [0, 1, 2]
        let offsets: [Int32]
        let dense: [Float]

        init(seed: UInt64, rows: Int, hasBag: Bool) {
            let random = CounterRandom(seed: seed, stream: "network")
            let store = ParameterStore(seed: seed)
            self.store = store
            self.rows = rows
            let sizes = [1, 2, 5, 9, 77, 4000, 9000].map { $0 + random.integer(UInt64($0), below: 3) }
            for (index, width) in [3, 8, 16].enumerated() {
                let fields = sizes.indices.map { (name: "f\($0)", rows: sizes[$0]) }
                let table = store.addTable(
                    "t\(width)",
                    width: width,
                    fields: fields,
                    group: .encoder,
                    initialiser: .normal(1)
                )
                for field in sizes.indices where index == 0 || random.uniform(UInt64(width * 100 + field)) < 0.5 {
                    plan.addSlot(table, field: field)
                    ids.append(Int32(sizes[field]))
                }
                if hasBag, index == 0 { plan.addBag(table, field: 2, combiner: .sum) }
            }
            let limits = ids.map { Int($0) }
            slots = limits.count
            denseCount = random.integer(7, below: 3) * 2
            if denseCount > 0 { plan.addDense(denseCount) }
            let outputs = [1, 8, 63, 64, 65, 130][random.integer(8, below: 6)]
            first = store.add("first", Shape(outputs, plan.width), group: .encoder, initialiser: .normal(1))
            second = store.add("second", Shape(5, plan.width), group: .head, initialiser: .normal(1))
            let count = slots
            ids = (0..<rows * count).map { index in
                let id = random.integer(UInt64(1000 + index), below: limits[index % count] + 1)
                // One past the field: read as row 0.
                return Int32(id)
            }
            // Bags of one or none; all none after the third item.
            offsets = (0...rows).map { Int32(min(3, ($0 + 1) / 2)) }
            let columns = denseCount
            dense = (0..<max(1, rows * columns)).map { random.normal(UInt64(1 << 20 + $0)) }
        }

        /// The two layers' results on some of the rows.
        func pass(_ projections: EmbeddingProjections?, _ range: Range<Int>) -> [Float] {
            let tape = Tape(store: store)
            tape.projections = projections
            tape.reset(.inference)
            var bag: [BagInput] = []
            return (ids + [0]).withUnsafeBufferPointer { ids in
                items.withUnsafeBufferPointer { items in
                    offsets.withUnsafeBufferPointer { offsets in
                        dense.withUnsafeBufferPointer { dense in
                            guard let i = ids.baseAddress, let t = items.baseAddress, let o = offsets.baseAddress,
                                let d = dense.baseAddress
                            else { return [] }
                            bag = [BagInput(offsets: o + range.lowerBound, ids: t)]
                            let x = bag.withUnsafeBufferPointer {
                                tape.embed(
                                    plan,
                                    rows: range.count,
                                    ids: i + range.lowerBound * slots,
                                    idStride: slots,
                                    dense: d + range.lowerBound * denseCount,
                                    denseStride: denseCount,
                                    bags: $0.baseAddress
                                )
                            }
                            return Array(x.linear(first, activation: .relu).values) + Array(x.linear(second).values)
                        }
                    }
                }
            }
        }
    }

    @Test(arguments: [0, 1, 2, 31, 100], [false, true])
    func tablesGiveTheProductsResults(rows: Int, hasBag: Bool) {
        var largest: Float = 0
        for seed in 0..<6 {
            let network = Network(seed: UInt64(seed), rows: rows, hasBag: hasBag)
            let plain = network.pass(nil, 0..<rows)
            for expected in [nil, 40, 1] {
                let projected = network.pass(EmbeddingProjections(expectedRows: expected), 0..<rows)
                #expect(plain.count == projected.count)
                for (a, b) in zip(plain, projected) { largest = max(largest, abs(a - b) / (1 + abs(a))) }
            }
        }
        print("largest difference: \(largest)")
        #expect(largest < 2e-5)
    }
}
