import ZooTensor
import ZooTraining

/// Training throughput on the wide workload of docs/benchmarks.md; `peers/wide.py` is the same in PyTorch.
struct WideBenchmark {
    private static let cardinalities = [
        100_000, 50_000, 20_000, 10_000, 10_000, 5_000, 5_000, 2_000, 2_000, 1_000, 1_000, 500, 500, 200, 200, 100, 100,
        50, 50, 20,
    ]
    private static let batch = 1024
    private static let batches = 64
    private static let dense = 16
    private static let tasks = 3

    private typealias Layer = (weight: Parameter, bias: Parameter)

    private let store = ParameterStore(seed: 1)
    private let plan = EmbeddingPlan()
    private var trunk: [Layer] = []
    private var towers: [[Layer]] = []

    init() {
        let fields = Self.cardinalities.enumerated().map { (name: "field\($0.offset)", rows: $0.element) }
        let table = store.addTable(
            "embedding",
            width: 16,
            fields: fields,
            group: .encoder,
            initialiser: .normal(0.05)
        )
        for field in fields.indices { plan.addSlot(table, field: field) }
        plan.addDense(Self.dense)
        trunk = layers("trunk", [plan.width, 256, 128, 64], .encoder)
        towers = (0..<Self.tasks).map { layers("tower\($0)", [64, 32, 1], .head) }
    }

    private func layers(_ name: String, _ widths: [Int], _ group: ParameterGroup) -> [Layer] {
        zip(widths, widths.dropFirst()).enumerated().map { index, width in
            let initialiser = Initialiser.fanIn(width.0)
            return (
                store.add("\(name).\(index).weight", Shape(width.1, width.0), group: group, initialiser: initialiser),
                store.add("\(name).\(index).bias", Shape(width.1), group: group, initialiser: initialiser)
            )
        }
    }

    private func forward(_ layers: [Layer], _ input: Tensor, lastIsLinear: Bool) -> Tensor {
        layers.indices.reduce(input) { x, index in
            let activation: Activation = lastIsLinear && index == layers.count - 1 ? .identity : .relu
            return x.linear(layers[index].weight, bias: layers[index].bias, activation: activation)
        }
    }

    func run() {
        let rows = Self.batch * Self.batches
        let random = CounterRandom(seed: 1, stream: "data")
        let fieldCount = Self.cardinalities.count
        let ids = (0..<rows * fieldCount).map {
            Int32(random.integer(UInt64($0), below: Self.cardinalities[$0 % fieldCount]))
        }
        let dense = (0..<rows * Self.dense).map { random.normal(1 << 32 + UInt64($0)) }
        let labels = (0..<rows * Self.tasks).map { random.uniform(1 << 33 + UInt64($0)) < 0.2 ? Float(1) : 0 }

        let step = ShardedStep(store: store, pool: WorkerPool(threads: Report.threads), seed: 1)
        let optimiser = Optimiser(store: store, configuration: .init(learningRate: 1e-3))
        ids.withUnsafeBufferPointer { ids in
            dense.withUnsafeBufferPointer { dense in
                labels.withUnsafeBufferPointer { labels in
                    guard let ids = ids.baseAddress, let dense = dense.baseAddress, let labels = labels.baseAddress
                    else { return }
                    var batch = 0
                    let rate = Report.rate(rows: Self.batch) {
                        let start = batch * Self.batch
                        step.train(rows: Self.batch) { tape, range in
                            loss(tape, start + range.lowerBound, range.count, ids, dense, labels)
                        }
                        optimiser.update(from: step)
                        batch = (batch + 1) % Self.batches
                    }
                    Report.figure("train wide", "zoo", rate, "rows/s")
                }
            }
        }
    }

    private func loss(
        _ tape: Tape,
        _ first: Int,
        _ count: Int,
        _ ids: UnsafePointer<Int32>,
        _ dense: UnsafePointer<Float>,
        _ labels: UnsafePointer<Float>
    ) -> Tensor {
        let fieldCount = Self.cardinalities.count
        let input = tape.embed(
            plan,
            rows: count,
            ids: ids + first * fieldCount,
            idStride: fieldCount,
            dense: dense + first * Self.dense,
            denseStride: Self.dense
        )
        let shared = forward(trunk, input, lastIsLinear: false)
        let losses = towers.enumerated().map { task, tower in
            forward(tower, shared, lastIsLinear: true).binaryCrossEntropy(
                labels: labels + task * Self.batch * Self.batches + first,
                scale: 1 / Float(Self.batch)
            )
        }
        return losses.dropFirst().reduce(losses[0]) { $0 + $1 }
    }
}
