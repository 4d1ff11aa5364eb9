import ZooTensor
import ZooTraining

/// A small model with everything that could depend on threads: shared embedding rows, bags, dropout, batch
/// normalisation, experts, several losses, clipping.
final class OptimiserModel: @unchecked Sendable {
    let store = ParameterStore(seed: 7)
    let plan = EmbeddingPlan()
    private let first: Parameter, firstBias: Parameter, experts: Parameter, gates: Parameter
    private let scale: Parameter, shift: Parameter, mean: Parameter, variance: Parameter
    private let heads: [Parameter]
    private let rows: Int
    private var ids: [Int32] = []
    private var items: [Int32] = []
    private var offsets: [Int32] = [0]
    private var dense: [Float] = []
    private var labels: [Float] = []

    init(rows: Int) {
        self.rows = rows
        let table = store.addTable(
            "embedding",
            width: 8,
            fields: [(name: "user", rows: 300), (name: "item", rows: 11)],
            group: .encoder,
            initialiser: .normal(0.1)
        )
        plan.addSlot(table, field: 0)
        plan.addSlot(table, field: 1)
        plan.addBag(table, field: 1, combiner: .mean)
        plan.addDense(3)
        first = store.add("first", Shape(48, plan.width), group: .encoder, initialiser: .fanIn(plan.width))
        firstBias = store.add("first.bias", Shape(48), group: .encoder, initialiser: .zeros)
        experts = store.add("experts", Shape(3, 20, 16), group: .encoder, initialiser: .fanIn(16))
        gates = store.add("gates", Shape(3, plan.width), group: .encoder, initialiser: .fanIn(plan.width))
        scale = store.add("scale", Shape(48), group: .encoder, initialiser: .constant(1))
        shift = store.add("shift", Shape(48), group: .encoder, initialiser: .zeros)
        mean = store.add("mean", Shape(48), group: .encoder, initialiser: .zeros, isStatistic: true)
        variance = store.add("variance", Shape(48), group: .encoder, initialiser: .constant(1), isStatistic: true)
        heads = [
            store.add("head0", Shape(1, 20), group: .head, initialiser: .fanIn(20)),
            store.add("head1", Shape(1, 20), group: .head, initialiser: .fanIn(20)),
        ]
        let random = CounterRandom(seed: 1, stream: "data")
        for row in 0..<rows {
            ids += [
                Int32(random.integer(UInt64(row), below: 300)), Int32(random.integer(UInt64(rows + row), below: 11)),
            ]
            for item in 0..<(row % 4) { items.append(Int32((row + item) % 11)) }
            offsets.append(Int32(items.count))
            for column in 0..<3 { dense.append(random.normal(UInt64(3 * row + column))) }
        }
        // Head by head, so that each shard reads a contiguous piece.
        for row in 0..<rows { labels.append(dense[3 * row] > 0 ? 1 : 0) }
        for row in 0..<rows { labels.append(row % 5 == 0 ? .nan : dense[3 * row + 1]) }
    }

    private func loss(_ tape: Tape, _ range: Range<Int>, _ data: Pointers) -> Tensor {
        let bag = BagInput(offsets: data.offsets + range.lowerBound, ids: data.items)
        let x = withUnsafePointer(to: bag) {
            tape.embed(
                plan,
                rows: range.count,
                ids: data.ids + 2 * range.lowerBound,
                idStride: 2,
                dense: data.dense + 3 * range.lowerBound,
                denseStride: 3,
                bags: $0
            )
        }
        let mixed = x.linear(first, bias: firstBias, activation: .relu, dropout: 0.2)
            .batchNorm(scale: scale, shift: shift, runningMean: mean, runningVariance: variance)
            .groupedLinear(experts, activation: .gelu)
            .mixed(by: x.linear(gates))
        let click = mixed.linear(heads[0])
            .binaryCrossEntropy(labels: data.labels + range.lowerBound, scale: 1 / Float(rows))
        let rating = mixed.linear(heads[1])
            .huber(labels: data.labels + rows + range.lowerBound, scale: 1 / Float(rows))
        tape.report(click, at: 0)
        return click + rating
    }

    private struct Pointers {
        let ids: UnsafePointer<Int32>, items: UnsafePointer<Int32>, offsets: UnsafePointer<Int32>
        let dense: UnsafePointer<Float>, labels: UnsafePointer<Float>
    }

    /// Runs `steps` training steps and calls `between` after each; returns the last loss.
    @discardableResult
    func train(
        _ steps: Int,
        _ step: ShardedStep,
        _ optimiser: Optimiser,
        between: (Int) -> Void = { _ in }
    ) -> Double {
        var last = 0.0
        ids.withUnsafeBufferPointer { ids in
            items.withUnsafeBufferPointer { items in
                offsets.withUnsafeBufferPointer { offsets in
                    dense.withUnsafeBufferPointer { dense in
                        labels.withUnsafeBufferPointer { labels in
                            guard let ids = ids.baseAddress, let items = items.baseAddress,
                                let offsets = offsets.baseAddress, let dense = dense.baseAddress,
                                let labels = labels.baseAddress
                            else { return }
                            let data = Pointers(ids: ids, items: items, offsets: offsets, dense: dense, labels: labels)
                            // Made once, so that the steps allocate nothing.
                            let body = { [self] tape, range in loss(tape, range, data) }
                            for number in 0..<steps {
                                last = step.train(rows: rows, body)
                                optimiser.update(from: step)
                                between(number)
                            }
                        }
                    }
                }
            }
        }
        return last
    }

    /// All weights' bits.
    var bits: [UInt32] {
        store.parameters.flatMap { $0.values.map(\.bitPattern) } + store.tables.flatMap { $0.values.map(\.bitPattern) }
    }
}
