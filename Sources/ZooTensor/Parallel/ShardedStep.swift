/// Runs a model over the logical shards of a batch: the same shards, in the same order, for any number of threads.
public final class ShardedStep: @unchecked Sendable {
    /// The parameters.
    public let store: ParameterStore
    /// The threads.
    public let pool: WorkerPool
    /// The seed of dropout.
    public let seed: UInt64
    /// One tape for each shard of the last training pass.
    public private(set) var tapes: [Tape] = []
    /// The number of shards in the last training pass.
    public private(set) var shardCount = 0
    /// Training steps run so far (dropout's counter); set it when resuming.
    public var stepNumber: UInt64 = 0

    /// A step over a store's parameters.
    public init(store: ParameterStore, pool: WorkerPool, seed: UInt64) {
        self.store = store
        self.pool = pool
        self.seed = seed
    }

    /// How many shards a batch is cut into: a function of its rows alone.
    public static func shards(rows: Int) -> Int {
        rows <= 1024 ? max(1, min(4, rows / 64)) : min(16, (rows + 255) / 256)
    }

    /// The rows of one shard.
    public static func range(shard: Int, of shards: Int, rows: Int) -> Range<Int> {
        let size = (rows + shards - 1) / shards
        return min(rows, shard * size)..<min(rows, (shard + 1) * size)
    }

    /// Forward and backward over a batch: `body` builds one shard's forward pass for the rows given and returns its
    /// part of the loss (already divided by whole-batch counts), whose gradients this leaves in the tapes.
    ///
    /// `body` is called from several threads at once. Nothing is allocated at steady state if the closure is kept
    /// between steps, or captures one object only.
    ///
    /// - Returns: the sum of the shards' losses, added in shard order.
    @discardableResult
    public func train(rows: Int, _ body: @escaping (Tape, Range<Int>) -> Tensor) -> Double {
        prepare(rows)
        trainBody = body
        pool.run(shardCount, trainShard)
        trainBody = nil
        var total = 0.0
        for shard in 0..<shardCount {
            total += tapes[shard].lossValue
            tapes[shard].applyStatistics()
        }
        stepNumber += 1
        return total
    }

    /// A forward pass over a batch that records nothing; `body` copies what it wants out of its tensors.
    ///
    /// The shards are those of training, each on the tape of the worker that runs it, whose memory is still in cache.
    ///
    /// - Parameter projections: tables of the weights as they are now.
    public func infer(
        rows: Int,
        projections: EmbeddingProjections? = nil,
        _ body: @escaping (Tape, Range<Int>) -> Void
    ) {
        while inferenceTapes.count < pool.threads { inferenceTapes.append(Tape(store: store)) }
        for tape in inferenceTapes { tape.projections = projections }
        rowCount = rows
        inferBody = body
        pool.run(ShardedStep.shards(rows: rows), inferShard)
        inferBody = nil
    }

    /// The sum over the shards, in their order, of what ``Tape/report(_:at:)`` left in a slot.
    public func reported(_ slot: Int) -> Double {
        var total = 0.0
        for shard in 0..<shardCount where slot < tapes[shard].reports.count { total += tapes[shard].reports[slot] }
        return total
    }

    /// One for each worker.
    private var inferenceTapes: [Tape] = []
    private var rowCount = 0
    private var trainBody: ((Tape, Range<Int>) -> Tensor)?
    private var inferBody: ((Tape, Range<Int>) -> Void)?

    // Made once: a closure made in every step would be an allocation in every step.
    private lazy var trainShard: (Int, Int) -> Void = { [unowned self] shard, _ in
        guard let body = trainBody else { return }
        let tape = tapes[shard]
        tape.reset(.training, seed: seed, step: stepNumber)
        let loss = body(tape, ShardedStep.range(shard: shard, of: shardCount, rows: rowCount))
        tape.lossValue = Double(loss.item)
        tape.backward(loss)
    }

    private lazy var inferShard: (Int, Int) -> Void = { [unowned self] shard, worker in
        guard let body = inferBody else { return }
        let tape = inferenceTapes[worker]
        tape.reset(.inference)
        body(tape, ShardedStep.range(shard: shard, of: ShardedStep.shards(rows: rowCount), rows: rowCount))
    }

    private func prepare(_ rows: Int) {
        rowCount = rows
        shardCount = ShardedStep.shards(rows: rows)
        while tapes.count < shardCount { tapes.append(Tape(store: store, shard: tapes.count)) }
    }
}
