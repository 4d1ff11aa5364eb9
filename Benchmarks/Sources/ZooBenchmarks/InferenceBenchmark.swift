import ZooTensor

/// Inference of the Census mixture on encoded rows: batches of 4,096, and one row at a time.
enum InferenceBenchmark {
    private static let batch = 4096

    static func run(_ directory: String) throws {
        let rows = try Rows(exported: directory)
        let network = Network(
            .mixture(experts: 8),
            cardinalities: rows.cardinalities,
            width: 8,
            dense: rows.denseColumns,
            hidden: [128, 64],
            tasks: rows.tasks
        )
        let scores = UnsafeMutablePointer<Float>.allocate(capacity: batch * rows.tasks)
        defer { scores.deallocate() }
        nonisolated(unsafe) let output = scores
        let step = ShardedStep(store: network.store, pool: WorkerPool(threads: Report.threads), seed: 1)

        let projections = EmbeddingProjections()
        func infer(first: Int, count: Int) {
            step.infer(rows: count, projections: projections) { tape, range in
                let input = network.input(tape, rows, first: first + range.lowerBound, count: range.count)
                for (task, logits) in network.logits(input).enumerated() {
                    let start = output + task * count + range.lowerBound
                    _ = UnsafeMutableBufferPointer(start: start, count: range.count).update(
                        fromContentsOf: logits.sigmoid().values
                    )
                }
            }
        }

        var position = 0
        let rate = Report.rate(rows: batch, seconds: 3) {
            infer(first: position * batch, count: batch)
            position = (position + 1) % (rows.count / batch)
        }
        Report.figure("predict, batch 4096", "zoo", rate, "rows/s")

        for row in 0..<50 { infer(first: row, count: 1) }
        let times = (0..<(Report.isQuick ? 20 : 2000)).map { index in
            let started = Report.now()
            infer(first: index % 256, count: 1)
            return Report.now() - started
        }
        Report.figure("predict, one row", "zoo", times.sorted()[times.count / 2] * 1e6, "us")
    }
}
