import Foundation
import Testing

import ZooTensor

/// Forward and backward of every operation against PyTorch's numbers.
@Suite struct GoldenTests {
    typealias Operation = @Sendable (Tape, [Tensor], GoldenCase) -> Tensor

    /// What each golden case computes, by its name in the file.
    static let operations: [(String, Operation)] = [
        ("linear", { _, x, _ in x[0].linear(x[1], bias: x[2]) }),
        ("linear_relu", { _, x, _ in x[0].linear(x[1], bias: x[2], activation: .relu) }),
        ("linear_gelu", { _, x, _ in x[0].linear(x[1], bias: x[2], activation: .gelu) }),
        ("linear_sigmoid", { _, x, _ in x[0].linear(x[1], bias: x[2], activation: .sigmoid) }),
        ("linear_tanh", { _, x, _ in x[0].linear(x[1], bias: x[2], activation: .tanh) }),
        ("relu", { _, x, _ in x[0].relu() }),
        ("gelu", { _, x, _ in x[0].gelu() }),
        ("sigmoid", { _, x, _ in x[0].sigmoid() }),
        ("tanh", { _, x, _ in x[0].tanh() }),
        ("matmul", { _, x, _ in x[0].matmul(x[1]) }),
        ("matmul_tn", { _, x, _ in x[0].matmul(x[1], transposeLeft: true) }),
        ("matmul_nt", { _, x, _ in x[0].matmul(x[1], transposeRight: true) }),
        ("matmul_tt", { _, x, _ in x[0].matmul(x[1], transposeLeft: true, transposeRight: true) }),
        ("matmul_batched", { _, x, _ in x[0].matmul(x[1]) }),
        ("matmul_batched_nt", { _, x, _ in x[0].matmul(x[1], transposeRight: true) }),
        ("matmul_shared", { _, x, _ in x[0].matmul(x[1]) }),
        ("add_row", { _, x, _ in x[0] + x[1] }),
        ("add_column", { _, x, _ in x[0] + x[1] }),
        ("subtract_row", { _, x, _ in x[0] - x[1] }),
        ("subtract_column", { _, x, _ in x[0] - x[1] }),
        ("multiply_row", { _, x, _ in x[0] * x[1] }),
        ("multiply_column", { _, x, _ in x[0] * x[1] }),
        ("divide_row", { _, x, _ in x[0] / x[1] }),
        ("divide_column", { _, x, _ in x[0] / x[1] }),
        ("softmax", { _, x, _ in x[0].softmax() }),
        ("log_softmax", { _, x, _ in x[0].logSoftmax() }),
        ("layer_norm", { _, x, _ in x[0].layerNorm(scale: x[1], shift: x[2]) }),
        ("concat", { tape, x, _ in tape.concat(x, axis: 1) }),
        ("slice", { _, x, _ in x[0].slice(axis: 1, 2..<19) }),
        ("gather", { _, x, golden in x[0].gather(rows: kept(golden["index"]), count: 5) }),
        ("sum_axis", { _, x, _ in x[0].sum(axis: 1) }),
        ("mean_last", { _, x, _ in x[0].mean(axis: -1) }),
        ("mean_all", { _, x, _ in x[0].mean() }),
        ("grouped_linear", { _, x, _ in x[0].groupedLinear(x[1], bias: x[2], activation: .relu) }),
        ("mixed", { _, x, _ in x[0].mixed(by: x[1]) }),
        (
            "binary_cross_entropy",
            { _, x, golden in
                x[0].binaryCrossEntropy(labels: kept(golden["labels"]), weights: kept(golden["weights"]), scale: 0.25)
            }
        ),
        (
            "squared_error",
            { _, x, golden in
                x[0].squaredError(labels: kept(golden["labels"]), weights: kept(golden["weights"]), scale: 0.25)
            }
        ),
        (
            "huber",
            { _, x, golden in
                x[0].huber(
                    labels: kept(golden["labels"]),
                    delta: 0.7,
                    weights: kept(golden["weights"]),
                    scale: 0.25
                )
            }
        ),
        (
            "softmax_cross_entropy",
            { _, x, golden in
                x[0].softmaxCrossEntropy(
                    classes: kept(golden["labels"]),
                    weights: kept(golden["weights"]),
                    scale: 0.25
                )
            }
        ),
    ]

    @Test(arguments: operations.map(\.0))
    func matchesPyTorch(name: String) throws {
        let operation = try #require(GoldenTests.operations.first { $0.0 == name }?.1)
        let golden = try #require(GoldenCases.operations[name])
        let tape = Tape(store: ParameterStore(seed: 0))
        tape.reset(.training)
        var inputs: [Tensor] = []
        while let input = golden["in\(inputs.count)"] {
            inputs.append(tape.copy(input.floats, Shape(input.shape), needsGradient: true))
        }
        let out = operation(tape, inputs, golden)
        let expected = try #require(golden["out"])
        #expect(out.shape.dimensions == expected.shape)
        var worst = largestDifference(Array(out.values), expected.floats)
        tape.backward(out, gradient: try #require(golden["upstream"]).floats)
        for (index, input) in inputs.enumerated() {
            let gradient = try #require(input.gradient, "no gradient for input \(index)")
            worst = max(worst, largestDifference(Array(gradient), try #require(golden["grad\(index)"]).floats))
        }
        print("golden \(name): largest difference \(worst)")
        #expect(worst < 3e-6)
    }

    @Test func batchNormMatchesPyTorch() throws {
        let golden = try #require(GoldenCases.operations["batch_norm"])
        let x = try #require(golden["in0"])
        let store = ParameterStore(seed: 0)
        let scale = store.add("scale", Shape(19), group: .head, initialiser: .zeros)
        let shift = store.add("shift", Shape(19), group: .head, initialiser: .zeros)
        let mean = store.add("mean", Shape(19), group: .head, initialiser: .zeros, isStatistic: true)
        let variance = store.add("variance", Shape(19), group: .head, initialiser: .constant(1), isStatistic: true)
        _ = scale.values.update(fromContentsOf: try #require(golden["in1"]).floats)
        _ = shift.values.update(fromContentsOf: try #require(golden["in2"]).floats)
        let tape = Tape(store: store)
        tape.reset(.training)
        let input = tape.copy(x.floats, Shape(x.shape), needsGradient: true)
        let out = input.batchNorm(scale: scale, shift: shift, runningMean: mean, runningVariance: variance)
        tape.backward(out, gradient: try #require(golden["upstream"]).floats)
        tape.applyStatistics()
        let pairs: [(String, UnsafeMutableBufferPointer<Float>?)] = [
            ("out", out.values), ("grad0", input.gradient), ("grad1", tape.tensor(scale).gradient),
            ("grad2", tape.tensor(shift).gradient), ("running_mean", mean.values),
            ("running_variance", variance.values),
        ]
        var worst: Float = 0
        for (name, values) in pairs {
            worst = max(worst, largestDifference(Array(try #require(values)), try #require(golden[name]).floats))
        }
        print("golden batch_norm: largest difference \(worst)")
        #expect(worst < 3e-6)
    }

    @Test(arguments: ["embedding", "bag_sum", "bag_mean"])
    func embeddingMatchesPyTorch(name: String) throws {
        let golden = try #require(GoldenCases.operations[name])
        let weight = try #require(golden["in0"])
        let store = ParameterStore(seed: 0)
        let table = store.addTable(
            "table",
            width: 6,
            fields: [(name: "field", rows: 5)],
            group: .encoder,
            initialiser: .zeros
        )
        _ = table.values.update(fromContentsOf: weight.floats)
        let plan = EmbeddingPlan()
        let ids: UnsafePointer<Int32> = kept(golden["ids"])
        let step = ShardedStep(store: store, pool: WorkerPool(threads: 1), seed: 0)
        let upstream: UnsafePointer<Float> = kept(golden["upstream"])
        var out: [Float] = []
        if name == "embedding" {
            plan.addSlot(table, field: 0)
        } else {
            plan.addBag(table, field: 0, combiner: name == "bag_sum" ? .sum : .mean)
        }
        let bag = BagInput(offsets: name == "embedding" ? ids : kept(golden["offsets"]), ids: ids)
        step.train(rows: 4) { tape, range in
            let x = withUnsafePointer(to: bag) {
                tape.embed(plan, rows: range.count, ids: ids, idStride: 1, bags: $0)
            }
            out = Array(x.values)
            return (x * tape.input(upstream, x.shape)).sum()
        }
        let sparse = SparseGradients(store: store)
        sparse.collect(from: step)
        #expect(sparse.touch(0))
        let gradient = sparse.dense(0, width: 6, rows: 5)
        let worst = max(
            largestDifference(out, try #require(golden["out"]).floats),
            largestDifference(gradient, try #require(golden["grad0"]).floats)
        )
        print("golden \(name): largest difference \(worst)")
        #expect(worst < 3e-6)
    }
}

// Golden arrays that operations point into; tests are short, so nothing frees them.
private func kept(_ tensor: GoldenTensor?) -> UnsafePointer<Float> {
    let values = tensor?.floats ?? []
    let memory = UnsafeMutableBufferPointer<Float>.allocate(capacity: max(values.count, 1))
    _ = memory.initialize(from: values)
    return UnsafePointer(memory.baseAddress!)
}

private func kept(_ tensor: GoldenTensor?) -> UnsafePointer<Int32> {
    let values = tensor?.integers ?? []
    let memory = UnsafeMutableBufferPointer<Int32>.allocate(capacity: max(values.count, 1))
    _ = memory.initialize(from: values)
    return UnsafePointer(memory.baseAddress!)
}
