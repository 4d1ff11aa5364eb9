import Testing
import ZooTensor

/// A small model with everything that could break determinism: embeddings, bags, dropout, batch normalisation.
final class SmallModel: @unchecked Sendable {
    let store = ParameterStore(seed: 7)
    let plan = EmbeddingPlan()
    let first: Parameter, firstBias: Parameter, second: Parameter
    let scale: Parameter, shift: Parameter, mean: Parameter, variance: Parameter
    let rows: Int
    let ids: UnsafeMutablePointer<Int32>
    let offsets: UnsafeMutablePointer<Int32>
    let items: UnsafeMutablePointer<Int32>
    let dense: UnsafeMutablePointer<Float>
    let labels: UnsafeMutablePointer<Float>

    init(rows: Int) {
        let fields = [(name: "user", rows: 40), (name: "item", rows: 11)]
        let table = store.addTable("embedding", width: 8, fields: fields, group: .encoder, initialiser: .normal(0.1))
        plan.addSlot(table, field: 0)
        plan.addSlot(table, field: 1)
        plan.addBag(table, field: 1, combiner: .mean)
        plan.addDense(3)
        first = store.add("first", Shape(16, plan.width), group: .encoder, initialiser: .fanIn(plan.width))
        firstBias = store.add("first.bias", Shape(16), group: .encoder, initialiser: .zeros)
        scale = store.add("scale", Shape(16), group: .encoder, initialiser: .constant(1))
        shift = store.add("shift", Shape(16), group: .encoder, initialiser: .zeros)
        mean = store.add("mean", Shape(16), group: .encoder, initialiser: .zeros, isStatistic: true)
        variance = store.add("variance", Shape(16), group: .encoder, initialiser: .constant(1), isStatistic: true)
        second = store.add("second", Shape(1, 16), group: .head, initialiser: .fanIn(16))
        self.rows = rows
        ids = .allocate(capacity: rows * 2)
        offsets = .allocate(capacity: rows + 1)
        items = .allocate(capacity: rows)
        dense = .allocate(capacity: rows * 3)
        labels = .allocate(capacity: rows)
        let random = CounterRandom(seed: 1, stream: "data")
        for row in 0..<rows {
            ids[2 * row] = Int32(random.integer(UInt64(row), below: 40))
            ids[2 * row + 1] = Int32(random.integer(UInt64(rows + row), below: 11))
            offsets[row] = Int32(row)
            items[row] = Int32(row % 11)
            for column in 0..<3 { dense[3 * row + column] = random.normal(UInt64(3 * row + column)) }
            labels[row] = dense[3 * row] > 0 ? 1 : 0
        }
        offsets[rows] = Int32(rows)
    }

    func loss(_ tape: Tape, _ range: Range<Int>) -> Tensor {
        let bag = BagInput(offsets: offsets + range.lowerBound, ids: items)
        let x = withUnsafePointer(to: bag) {
            tape.embed(
                plan,
                rows: range.count,
                ids: ids + 2 * range.lowerBound,
                idStride: 2,
                dense: dense + 3 * range.lowerBound,
                denseStride: 3,
                bags: $0
            )
        }
        return x.linear(first, bias: firstBias, activation: .relu, dropout: 0.2)
            .batchNorm(scale: scale, shift: shift, runningMean: mean, runningVariance: variance)
            .linear(second)
            .binaryCrossEntropy(labels: labels + range.lowerBound, scale: 1 / Float(rows))
    }

    deinit {
        ids.deallocate()
        offsets.deallocate()
        items.deallocate()
        dense.deallocate()
        labels.deallocate()
    }
}

@Suite struct StepTests {
    @Test func shardsDependOnTheRowsAlone() {
        #expect(ShardedStep.shards(rows: 1024) == 4)
        #expect(ShardedStep.shards(rows: 1) == 1)
        for rows in [1, 63, 64, 129, 1000, 1024, 4096, 100_000] {
            let shards = ShardedStep.shards(rows: rows)
            var next = 0
            for shard in 0..<shards {
                let range = ShardedStep.range(shard: shard, of: shards, rows: rows)
                #expect(range.lowerBound == next)
                next = range.upperBound
            }
            #expect(next == rows)
        }
    }

    @Test func dropoutHoldsItsRateAndRepeats() {
        let tape = Tape(store: ParameterStore(seed: 0))
        func mask(step: UInt64) -> [Float] {
            tape.reset(.training, seed: 5, step: step)
            return Array(tape.copy(Array(repeating: 1, count: 10_001), Shape(10_001)).dropout(0.3).values)
        }
        let first = mask(step: 1)
        let dropped = Float(first.filter { $0 == 0 }.count) / 10_001
        #expect(abs(dropped - 0.3) < 0.02)
        #expect(first.allSatisfy { $0 == 0 || $0 == 1 / (1 - Float(0.3)) })
        #expect(first == mask(step: 1))
        #expect(first != mask(step: 2))
        tape.reset(.inference)
        #expect(tape.copy([1, 2], Shape(2)).dropout(0.9).values.elementsEqual([1, 2]))
    }

    @Test func frozenParametersGetNoGradient() {
        let model = SmallModel(rows: 33)
        model.store.setTrainable(false, group: .encoder)
        let step = ShardedStep(store: model.store, pool: WorkerPool(threads: 1), seed: 1)
        let before = Array(model.mean.values)
        step.train(rows: 33, model.loss)
        let tape = step.tapes[0]
        #expect(tape.tensor(model.first).gradient == nil)
        #expect(tape.tensor(model.second).gradient != nil)
        #expect(Array(model.mean.values) == before)
    }

    @Test func oneRowHasNoStatistics() {
        for (rows, isKept) in [(1, true), (2, false)] {
            let model = SmallModel(rows: rows)
            let step = ShardedStep(store: model.store, pool: WorkerPool(threads: 1), seed: 1)
            let before = Array(model.variance.values)
            step.train(rows: rows, model.loss)
            #expect((Array(model.variance.values) == before) == isKept)
        }
    }

    @Test func batchNormUsesRunningAveragesInInference() {
        let store = ParameterStore(seed: 0)
        let scale = store.add("scale", Shape(2), group: .head, initialiser: .constant(2))
        let shift = store.add("shift", Shape(2), group: .head, initialiser: .constant(1))
        let mean = store.add("mean", Shape(2), group: .head, initialiser: .constant(3), isStatistic: true)
        let variance = store.add("variance", Shape(2), group: .head, initialiser: .constant(4), isStatistic: true)
        let tape = Tape(store: store)
        tape.reset(.inference)
        let out = tape.copy([3, 5], Shape(1, 2)).batchNorm(
            scale: scale,
            shift: shift,
            runningMean: mean,
            runningVariance: variance,
            epsilon: 0
        )
        #expect(out.values.elementsEqual([1, 3]))
    }

    @Test func anIdOutsideItsFieldReadsRowZero() {
        let store = ParameterStore(seed: 0)
        let table = store.addTable(
            "t",
            width: 1,
            fields: [(name: "a", rows: 2), (name: "b", rows: 2)],
            group: .head,
            initialiser: .zeros
        )
        for row in 0..<4 { table.values[row] = Float(row + 1) }
        let plan = EmbeddingPlan()
        plan.addSlot(table, field: 0)
        plan.addSlot(table, field: 1)
        let tape = Tape(store: store)
        tape.reset(.inference)
        #expect(tape.embed(plan, rows: 2, ids: [1, 2, -1, 1], idStride: 2).values.elementsEqual([2, 3, 1, 4]))
    }

    @Test func initialisersDependOnNamesNotOnOrder() {
        let one = ParameterStore(seed: 3)
        let two = ParameterStore(seed: 3)
        let a = one.add("a", Shape(50), group: .head, initialiser: .normal(1))
        _ = one.add("b", Shape(50), group: .head, initialiser: .normal(1))
        _ = two.add("b", Shape(50), group: .head, initialiser: .normal(1))
        let again = two.add("a", Shape(50), group: .head, initialiser: .normal(1))
        #expect(a.values.elementsEqual(again.values))
        #expect(!one.parameters[1].values.elementsEqual(a.values))
    }

    @Test func theNormalInitialiserIsNormal() {
        let store = ParameterStore(seed: 3)
        let values = store.add("a", Shape(20_000), group: .head, initialiser: .normal(2)).values
        let mean = values.reduce(0, +) / 20_000
        let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 20_000
        #expect(abs(mean) < 0.06 && abs(variance - 4) < 0.15)
    }
}
