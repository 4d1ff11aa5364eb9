import Testing
import ZooTensor

/// Gradients against central differences of the operations that read parameters or indices of their own.
@Suite struct ParameterGradientTests {
    @Test(arguments: [0, 1, 5, 19])
    func gatherHasItsSlope(count: Int) {
        let indices = (0..<max(count, 1)).map { Int32(($0 * 5) % 7) }
        indices.withUnsafeBufferPointer { indices in
            guard let base = indices.baseAddress else { return }
            let worst = largestGradientError(shapes: [Shape(7, 5)]) { $1[0].gather(rows: base, count: count) }
            print("gather of \(count): largest gap \(worst)")
            #expect(worst < 5e-3)
        }
    }

    @Test(arguments: [2, 3, 13, 40], [1, 7, 19])
    func batchNormHasItsSlope(rows: Int, width: Int) {
        let store = ParameterStore(seed: 3)
        let scale = store.add("scale", Shape(width), group: .head, initialiser: .normal(1))
        let shift = store.add("shift", Shape(width), group: .head, initialiser: .normal(1))
        let mean = store.add("mean", Shape(width), group: .head, initialiser: .zeros, isStatistic: true)
        let variance = store.add("variance", Shape(width), group: .head, initialiser: .constant(1), isStatistic: true)
        let input = store.add("input", Shape(rows, width), group: .head, initialiser: .normal(1))
        let step = ShardedStep(store: store, pool: WorkerPool(threads: 1), seed: 0)
        let random = CounterRandom(seed: 5, stream: "projection")
        let projection = (0..<rows * width).map { random.normal(UInt64($0)) }
        // An epsilon that rounding cannot outweigh where a column of two rows happens to hold nearly equal values.
        let loss: (Tape, Range<Int>) -> Tensor = { tape, _ in
            let out = tape.tensor(input).batchNorm(
                scale: scale,
                shift: shift,
                runningMean: mean,
                runningVariance: variance,
                epsilon: 0.1
            )
            return (out * tape.copy(projection, out.shape)).sum()
        }
        let worst = [input, scale, shift].map { largestGap(of: $0, step, loss) }.reduce(0, max)
        print("batch norm of \(rows) × \(width): largest gap \(worst)")
        #expect(worst < 5e-3)
    }

    @Test(arguments: [1, 3, 17], [1, 8, 19])
    func embeddingsHaveTheirSlopes(rows: Int, width: Int) {
        let store = ParameterStore(seed: 3)
        let fields = [(name: "user", rows: 6), (name: "tags", rows: 4)]
        let table = store.addTable("table", width: width, fields: fields, group: .encoder, initialiser: .normal(1))
        let plan = EmbeddingPlan()
        plan.addSlot(table, field: 0)
        plan.addBag(table, field: 1, combiner: .sum)
        plan.addBag(table, field: 1, combiner: .mean)
        // Repeated ids within the batch and within a bag, and an empty bag.
        let ids = (0..<rows).map { Int32(($0 * $0) % 6) }
        let offsets = (0...rows).map { Int32($0 / 2 * 3) }
        let items = (0..<(rows / 2 * 3 + 1)).map { Int32(($0 / 2) % 4) }
        let random = CounterRandom(seed: 5, stream: "projection")
        let projection = (0..<rows * plan.width).map { random.normal(UInt64($0)) }
        let step = ShardedStep(store: store, pool: WorkerPool(threads: 1), seed: 0)
        ids.withUnsafeBufferPointer { ids in
            offsets.withUnsafeBufferPointer { offsets in
                items.withUnsafeBufferPointer { items in
                    guard let firstID = ids.baseAddress, let firstOffset = offsets.baseAddress,
                        let firstItem = items.baseAddress
                    else { return }
                    let loss: (Tape, Range<Int>) -> Tensor = { tape, range in
                        let bag = BagInput(offsets: firstOffset, ids: firstItem)
                        let out = withUnsafeTemporaryAllocation(of: BagInput.self, capacity: 2) { bags in
                            bags.initialize(repeating: bag)
                            return tape.embed(
                                plan,
                                rows: range.count,
                                ids: firstID,
                                idStride: 1,
                                bags: UnsafePointer(bags.baseAddress)
                            )
                        }
                        return (out * tape.copy(projection, out.shape)).sum()
                    }
                    step.train(rows: rows, loss)
                    let sparse = SparseGradients(store: store)
                    sparse.collect(from: step)
                    let found = [0, 1].map { unit -> [Float] in
                        guard sparse.touch(unit) else { return [] }
                        return sparse.dense(unit, width: width, rows: fields[unit].rows)
                    }
                    var worst: Float = 0
                    for field in fields.indices {
                        guard let values = table.values(of: field).baseAddress else { continue }
                        for element in 0..<fields[field].rows * width {
                            let slope = slope(at: values + element, step, rows: rows, loss)
                            let gradient = found[field].isEmpty ? 0 : found[field][element]
                            worst = max(worst, abs(slope - gradient) / max(1, abs(slope)))
                        }
                    }
                    print("embedding of \(rows) × \(width): largest gap \(worst)")
                    #expect(worst < 5e-3)
                }
            }
        }
    }
}

/// The largest gap between a dense parameter's gradient and central differences of a loss over one shard.
private func largestGap(
    of parameter: Parameter,
    _ step: ShardedStep,
    _ loss: @escaping (Tape, Range<Int>) -> Tensor
) -> Float {
    step.train(rows: 1, loss)
    guard let gradient = step.tapes[0].tensor(parameter).gradient.map(Array.init),
        let values = parameter.values.baseAddress
    else { return .infinity }
    var worst: Float = 0
    for element in 0..<parameter.count {
        let slope = slope(at: values + element, step, rows: 1, loss)
        worst = max(worst, abs(slope - gradient[element]) / max(1, abs(slope)))
    }
    return worst
}

/// The central difference of a loss in one value.
private func slope(
    at value: UnsafeMutablePointer<Float>,
    _ step: ShardedStep,
    rows: Int,
    _ loss: @escaping (Tape, Range<Int>) -> Tensor
) -> Float {
    let size: Float = 1e-2
    let kept = value.pointee
    defer { value.pointee = kept }
    value.pointee = kept + size
    let above = step.train(rows: rows, loss)
    value.pointee = kept - size
    let below = step.train(rows: rows, loss)
    return Float((above - below) / Double(2 * size))
}
