import ZooTensor
import ZooTraining

/// Ten epochs of a new head on a frozen mixture: the encoder runs once a row, its results are kept, and only the head
/// trains. `peers/frozen.py` is the loop as it is usually written.
enum FrozenBenchmark {
    private static let batch = 1024
    private static let epochs = 10
    private static let width = 64

    static func run(_ directory: String) throws {
        let rows = try Rows(exported: directory)
        let network = Network(
            .mixture(experts: 8),
            cardinalities: rows.cardinalities,
            width: 8,
            dense: rows.denseColumns,
            hidden: [128, width],
            tasks: 1
        )
        let pool = WorkerPool(threads: Report.threads)
        let started = Report.now()
        let features = UnsafeMutablePointer<Float>.allocate(capacity: rows.count * width)
        defer { features.deallocate() }
        encode(rows, network, pool, into: features)
        train(rows, features, pool)
        Report.figure("frozen fine-tune, 10 epochs", "zoo", Report.now() - started, "s")
    }

    private static func encode(
        _ rows: Rows,
        _ network: Network,
        _ pool: WorkerPool,
        into features: UnsafeMutablePointer<Float>
    ) {
        nonisolated(unsafe) let features = features
        let step = ShardedStep(store: network.store, pool: pool, seed: 1)
        for start in stride(from: 0, to: rows.count, by: 4096) {
            step.infer(rows: min(4096, rows.count - start)) { tape, range in
                let first = start + range.lowerBound
                let input = network.input(tape, rows, first: first, count: range.count)
                let values = network.representation(input, task: 0).values
                _ = UnsafeMutableBufferPointer(start: features + first * width, count: values.count)
                    .update(fromContentsOf: values)
            }
        }
    }

    private static func train(_ rows: Rows, _ features: UnsafeMutablePointer<Float>, _ pool: WorkerPool) {
        nonisolated(unsafe) let features = features
        let store = ParameterStore(seed: 2)
        let layers = [(width, 32), (32, 1)].enumerated().map { index, size in
            (
                store.add("\(index).weight", Shape(size.1, size.0), group: .head, initialiser: .fanIn(size.0)),
                store.add("\(index).bias", Shape(size.1), group: .head, initialiser: .fanIn(size.0))
            )
        }
        let step = ShardedStep(store: store, pool: pool, seed: 2)
        let optimiser = Optimiser(store: store, configuration: .init(learningRate: 1e-3))
        let gathered = UnsafeMutablePointer<Float>.allocate(capacity: batch * (width + 1))
        defer { gathered.deallocate() }
        nonisolated(unsafe) let memory = gathered
        var order = Array(0..<rows.count)
        for epoch in 0..<epochs {
            let random = CounterRandom(seed: 3, stream: "epoch \(epoch)")
            for index in stride(from: rows.count - 1, to: 0, by: -1) {
                order.swapAt(index, random.integer(UInt64(index), below: index + 1))
            }
            for start in stride(from: 0, to: rows.count, by: batch) {
                let count = min(batch, rows.count - start)
                step.train(rows: count) { tape, range in
                    let labels = memory + batch * width
                    for row in range {
                        let source = order[start + row]
                        (memory + row * width).update(from: features + source * width, count: width)
                        labels[row] = rows.labels[source]
                    }
                    return tape.input(memory + range.lowerBound * width, Shape(range.count, width))
                        .linear(layers[0].0, bias: layers[0].1, activation: .relu)
                        .linear(layers[1].0, bias: layers[1].1)
                        .binaryCrossEntropy(labels: labels + range.lowerBound, scale: 1 / Float(count))
                }
                optimiser.update(from: step)
            }
        }
    }
}
