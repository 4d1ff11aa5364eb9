import Testing
import ZooTensor

/// Linear layers through an embed's distinct rows against the same layers on a copy of the whole matrix.
@Suite struct FactoredLinearTests {
    /// Slots that become factors and slots that do not, of several widths, a bag and dense columns.
    final class Network: @unchecked Sendable {
        let store = ParameterStore(seed: 5)
        let plan = EmbeddingPlan()
        let tables: [EmbeddingTable]
        let first: Parameter, bias: Parameter, second: Parameter
        let rows: Int
        let ids: [Int32]
        let items: [Int32]
        let offsets: [Int32]
        let dense: [Float]

        init(rows: Int, outputs: Int) {
            let store = store
            tables = [
                store.addTable(
                    "a",
                    width: 8,
                    fields: Self.fields("a", [5, 3, 9000]),
                    group: .encoder,
                    initialiser: .normal(1)
                ),
                store.addTable(
                    "b",
                    width: 16,
                    fields: Self.fields("b", [11, 7]),
                    group: .encoder,
                    initialiser: .normal(1)
                ),
                store.addTable("c", width: 5, fields: Self.fields("c", [4]), group: .encoder, initialiser: .normal(1)),
            ]
            for (table, field) in [(0, 0), (0, 1), (0, 2), (1, 0), (2, 0), (1, 1)] {
                plan.addSlot(tables[table], field: field)
            }
            plan.addBag(tables[0], field: 0, combiner: .mean)
            plan.addDense(3)
            first = store.add("first", Shape(outputs, plan.width), group: .encoder, initialiser: .normal(1))
            bias = store.add("bias", Shape(outputs), group: .encoder, initialiser: .normal(1))
            second = store.add("second", Shape(9, plan.width), group: .head, initialiser: .normal(1))
            let limits = [5, 3, 9000, 11, 4, 7]
            let random = CounterRandom(seed: 2, stream: "ids")
            ids = (0..<rows * 6).map { Int32(random.integer(UInt64($0), below: limits[$0 % 6])) }
            items = (0..<rows).map { Int32($0 % 5) }
            offsets = (0...rows).map { Int32($0) }
            dense = (0..<rows * 3).map { random.normal(UInt64(100_000 + $0)) }
            self.rows = rows
        }

        static func fields(_ name: String, _ rows: [Int]) -> [(name: String, rows: Int)] {
            rows.enumerated().map { ("\(name)\($0.offset)", $0.element) }
        }

        /// One pass: the layers' results, then every gradient by name.
        func pass(copies: Bool, concatenates: Bool) -> [(String, [Float])] {
            let step = ShardedStep(store: store, pool: WorkerPool(threads: 1), seed: 0)
            var results: [(String, [Float])] = []
            ids.withUnsafeBufferPointer { ids in
                items.withUnsafeBufferPointer { items in
                    offsets.withUnsafeBufferPointer { offsets in
                        dense.withUnsafeBufferPointer { dense in
                            guard let i = ids.baseAddress, let t = items.baseAddress, let o = offsets.baseAddress,
                                let d = dense.baseAddress
                            else { return }
                            let bag = BagInput(offsets: o, ids: t)
                            step.train(rows: rows) { [self] tape, range in
                                let from = range.lowerBound
                                let local = BagInput(offsets: bag.offsets + from, ids: bag.ids)
                                let whole = withUnsafePointer(to: local) {
                                    tape.embed(
                                        plan,
                                        rows: range.count,
                                        ids: i + 6 * from,
                                        idStride: 6,
                                        dense: d + 3 * from,
                                        denseStride: 3,
                                        bags: $0
                                    )
                                }
                                let x = copies ? whole.scaled(by: 1) : whole
                                let y = x.linear(first, bias: bias, activation: .tanh)
                                let z = x.linear(second)
                                results.append(("y\(from)", Array(y.values)))
                                results.append(("z\(from)", Array(z.values)))
                                let sum = (y * y).sum() + (z * z).sum()
                                return concatenates ? sum + tape.concat([x, z], axis: -1).tanh().sum() : sum
                            }
                        }
                    }
                }
            }
            for parameter in [first, bias, second] {
                for shard in 0..<step.shardCount {
                    let gradient = step.tapes[shard].tensor(parameter).gradient.map(Array.init) ?? []
                    results.append(("\(parameter.name) of shard \(shard)", gradient))
                }
            }
            let sparse = SparseGradients(store: store)
            sparse.collect(from: step)
            for table in tables {
                for (index, field) in table.fields.enumerated() {
                    let unit = table.firstUnit + index
                    guard sparse.touch(unit) else { continue }
                    results.append((field.name, sparse.dense(unit, width: table.width, rows: field.rows)))
                }
            }
            return results
        }
    }

    @Test(arguments: [32, 65, 300], [1, 8, 70, 129])
    func equalsTheWholeProduct(rows: Int, outputs: Int) {
        let network = Network(rows: rows, outputs: outputs)
        for concatenates in [false, true] {
            let factored = network.pass(copies: false, concatenates: concatenates)
            let whole = network.pass(copies: true, concatenates: concatenates)
            #expect(factored.map(\.0) == whole.map(\.0))
            var worst: Float = 0
            for ((name, found), (_, expected)) in zip(factored, whole) {
                #expect(!expected.isEmpty && found.count == expected.count, "\(name)")
                let scale = max(1, expected.map { abs($0) }.max() ?? 1)
                let gap = zip(found, expected).map { abs($0 - $1) }.max() ?? 0
                worst = max(worst, gap / scale)
                #expect(gap / scale < 1e-5, "\(name)")
            }
            print("factored \(rows) × \(outputs): largest difference \(worst)")
        }
    }

    @Test func frozenTablesAndWeightsGetNoGradient() {
        let network = Network(rows: 128, outputs: 16)
        network.tables[1].isTrainable = false
        network.first.isTrainable = false
        let results = network.pass(copies: false, concatenates: false)
        #expect(!results.contains { $0.0 == "b0" || $0.0 == "b1" })
        #expect(results.first { $0.0 == "first of shard 0" }?.1 == [])
        #expect(results.first { $0.0 == "a0" }?.1.contains { $0 != 0 } == true)
    }
}
