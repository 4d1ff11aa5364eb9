import ZooTensor
import ZooTraining

/// Training throughput of a network on rows that are already encoded: batches of 1,024, Adam.
enum TrainingBenchmark {
    private static let batch = 1024

    /// The wide workload of docs/benchmarks.md; `peers/wide.py` is the same in PyTorch.
    static func wide() {
        let cardinalities = [
            100_000, 50_000, 20_000, 10_000, 10_000, 5_000, 5_000, 2_000, 2_000, 1_000, 1_000, 500, 500, 200, 200, 100,
            100, 50, 50, 20,
        ]
        let rows = Rows(random: 64 * batch, cardinalities: cardinalities, denseColumns: 16, tasks: 3)
        let network = Network(
            .sharedBottom,
            cardinalities: cardinalities,
            width: 16,
            dense: 16,
            hidden: [256, 128, 64],
            tasks: 3
        )
        Report.figure("train wide", "zoo", rate(network, rows), "rows/s")
    }

    /// Census-Income with the peers' own encoding; `peers/census_speed.py` is the same in PyTorch.
    static func census(_ directory: String, _ architecture: String, dropout: Float) throws {
        let rows = try Rows(exported: directory)
        let network = Network(
            architecture == "mmoe" ? .mixture(experts: 8) : .sharedBottom,
            cardinalities: rows.cardinalities,
            width: 8,
            dense: rows.denseColumns,
            hidden: [128, 64],
            tasks: rows.tasks,
            dropout: dropout
        )
        let name = "train census \(architecture) dropout \(dropout == 0 ? "0" : "\(dropout)")"
        Report.figure(name, "zoo", rate(network, rows), "rows/s")
    }

    private static func rate(_ network: Network, _ rows: Rows) -> Double {
        let step = ShardedStep(store: network.store, pool: WorkerPool(threads: Report.threads), seed: 1)
        let optimiser = Optimiser(store: network.store, configuration: .init(learningRate: 1e-3))
        let batches = rows.count / batch
        var position = 0
        return Report.rate(rows: batch) {
            let start = position * batch
            step.train(rows: batch) { tape, range in
                let input = network.input(tape, rows, first: start + range.lowerBound, count: range.count)
                let losses = network.logits(input).enumerated().map { task, logits in
                    logits.binaryCrossEntropy(
                        labels: rows.labels + task * rows.count + start + range.lowerBound,
                        scale: 1 / Float(batch)
                    )
                }
                return losses.dropFirst().reduce(losses[0]) { $0 + $1 }
            }
            optimiser.update(from: step)
            position = (position + 1) % batches
        }
    }
}
