internal import CKernels
public import ZooTensor

/// Applies a step's gradients to a store: shards summed in order, one fused pass over dense parameters, and one fused
/// update for each touched embedding row. Bit-identical for any number of threads.
public final class Optimiser: @unchecked Sendable {
    /// The rule and its numbers; may be changed between steps (not the kind of rule).
    public var configuration: OptimiserConfiguration
    /// The parameters.
    public let store: ParameterStore
    /// Updates done so far.
    public internal(set) var stepCount = 0
    /// The global norm of the last step's gradients before clipping; only known when clipping is on.
    public private(set) var gradientNorm: Double?

    let first: FloatBuffer?
    let second: FloatBuffer?
    let tableFirst: [FloatBuffer]
    let tableSecond: [FloatBuffer]
    private let sparse: SparseGradients
    private let units: [OptimiserUnit]
    // Not an array: threads write different elements at once.
    private let squares: UnsafeMutableBufferPointer<Double>

    /// An optimiser with fresh state; create it after the store has all its parameters.
    public init(store: ParameterStore, configuration: OptimiserConfiguration) {
        self.store = store
        self.configuration = configuration
        let moments = configuration.rule.momentCount
        first = moments > 0 ? FloatBuffer(count: store.flatCount) : nil
        second = moments > 1 ? FloatBuffer(count: store.flatCount) : nil
        tableFirst = moments > 0 ? store.tables.map { FloatBuffer(count: $0.values.count) } : []
        tableSecond = moments > 1 ? store.tables.map { FloatBuffer(count: $0.values.count) } : []
        sparse = SparseGradients(store: store)
        units = OptimiserUnit.units(of: store)
        squares = .allocate(capacity: units.count)
        squares.initialize(repeating: 0)
    }

    deinit {
        squares.deallocate()
    }

    /// The learning rate that the next step will use, without group factors.
    public var learningRate: Float { configuration.learningRate * configuration.schedule.factor(at: stepCount) }

    /// Updates the weights from the gradients that ``ShardedStep/train(rows:_:)`` left.
    public func update(from step: ShardedStep) {
        current = step
        rate = learningRate
        clip = 1
        stepCount += 1
        sparse.collect(from: step)
        if let limit = configuration.clipNorm {
            step.pool.run(units.count, squareUnit)
            let norm = squares.reduce(0, +).squareRoot()
            gradientNorm = norm
            // As PyTorch: the small term keeps the factor finite.
            clip = Float(min(1, Double(limit) / (norm + 1e-6)))
        }
        step.pool.run(units.count, updateUnit)
        current = nil
    }

    // The numbers of the update under way, for the closures below.
    private var current: ShardedStep?
    private var rate: Float = 0
    private var clip: Float = 1

    // Made once: a closure made in every step would be an allocation in every step.
    private lazy var updateUnit: (Int, Int) -> Void = { [unowned self] index, _ in
        guard let step = current else { return }
        let unit = units[index]
        var numbers = configuration.numbers(
            group: unit.group,
            sparse: unit.isSparse,
            rate: rate,
            step: stepCount,
            clip: clip
        )
        let kernel = configuration.rule.kernel
        switch unit.kind {
        case .field(let table, let field, let number):
            // With clipping, the norm's pass has gathered the rows already.
            if configuration.clipNorm == nil && !sparse.touch(number) { return }
            updateRows(kernel, &numbers, table, field, sparse.touched(number))
        case .range(let parameter, let offset, let count):
            updateRange(kernel, &numbers, step, parameter, offset, count)
        }
    }

    private lazy var squareUnit: (Int, Int) -> Void = { [unowned self] index, _ in
        guard let step = current else { return }
        squares[index] = 0
        switch units[index].kind {
        case .field(let table, _, let number):
            guard sparse.touch(number) else { return }
            withUnsafePointer(to: sparse.touched(number)) {
                squares[index] = zoo_touched_square($0, Int32(store.tables[table].width))
            }
        case .range(let parameter, let offset, let count):
            withShardGradients(step, parameter) { shards, shardCount in
                if shardCount > 0 { squares[index] = zoo_dense_square(shards, shardCount, offset, count) }
            }
        }
    }

    private func updateRows(
        _ rule: zoo_rule,
        _ numbers: inout zoo_update,
        _ table: Int,
        _ field: Int,
        _ touched: zoo_touched
    ) {
        if touched.count == 0 { return }
        let fused = store.tables[table]
        let start = fused.fields[field].offset * fused.width
        guard let weights = fused.values.baseAddress else { return }
        withUnsafePointer(to: touched) {
            zoo_update_rows(
                rule,
                &numbers,
                weights + start,
                tableFirst.isEmpty ? nil : tableFirst[table].pointer + start,
                tableSecond.isEmpty ? nil : tableSecond[table].pointer + start,
                Int32(fused.width),
                $0
            )
        }
    }

    private func updateRange(
        _ rule: zoo_rule,
        _ numbers: inout zoo_update,
        _ step: ShardedStep,
        _ parameter: Int,
        _ offset: Int,
        _ count: Int
    ) {
        withShardGradients(step, parameter) { shards, shardCount in
            guard shardCount > 0, let weights = store.parameters[parameter].values.baseAddress else { return }
            let start = offset - store.parameters[parameter].offset
            zoo_update_dense(
                rule,
                &numbers,
                weights + start,
                first.map { $0.pointer + offset },
                second.map { $0.pointer + offset },
                shards,
                shardCount,
                offset,
                count
            )
        }
    }

    // The gradient buffers of the shards that reached a parameter, in shard order, on the stack.
    private func withShardGradients(
        _ step: ShardedStep,
        _ parameter: Int,
        _ body: (UnsafePointer<UnsafePointer<Float>?>?, Int) -> Void
    ) {
        guard store.parameters[parameter].isTrainable else { return }
        withUnsafeTemporaryAllocation(of: UnsafePointer<Float>?.self, capacity: max(step.shardCount, 1)) { list in
            var count = 0
            for shard in 0..<step.shardCount where step.tapes[shard].touchedParameters[parameter] {
                list.initializeElement(at: count, to: UnsafePointer(step.tapes[shard].flatGradients))
                count += 1
            }
            body(UnsafePointer(list.baseAddress), count)
        }
    }
}
