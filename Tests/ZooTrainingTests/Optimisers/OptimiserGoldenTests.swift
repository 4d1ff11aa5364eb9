import Foundation
import Testing
import ZooTensor
import ZooTraining

/// Five steps of each optimiser against PyTorch's.
@Suite struct OptimiserGoldenTests {
    struct GoldenTensor: Decodable {
        let shape: [Int]
        let values: [Float]
    }

    static let golden: [String: [String: GoldenTensor]] = {
        guard let url = Bundle.module.url(forResource: "optimisers", withExtension: "json", subdirectory: "Golden"),
            let data = try? Data(contentsOf: url)
        else { return [:] }
        return (try? JSONDecoder().decode([String: [String: GoldenTensor]].self, from: data)) ?? [:]
    }()

    static let dense: [(String, OptimiserConfiguration)] = [
        ("sgd", OptimiserConfiguration(rule: .sgd(), learningRate: 0.1)),
        ("sgd_momentum", OptimiserConfiguration(rule: .sgd(momentum: 0.9), learningRate: 0.1, weightDecay: 0.01)),
        ("adam", OptimiserConfiguration(rule: .adam(), learningRate: 0.1, weightDecay: 0.01)),
        ("adamw", OptimiserConfiguration(rule: .adamW(), learningRate: 0.1, weightDecay: 0.1)),
        ("adagrad", OptimiserConfiguration(rule: .adagrad(), learningRate: 0.1, weightDecay: 0.01)),
        ("clipped_sgd", OptimiserConfiguration(rule: .sgd(), learningRate: 0.1, clipNorm: 1.5)),
    ]

    @Test(arguments: dense.map(\.0))
    func denseUpdatesMatchPyTorch(name: String) throws {
        let inputs = try #require(Self.golden["inputs"])
        let store = ParameterStore(seed: 0)
        let weight = store.add("weight", Shape(37), group: .head, initialiser: .zeros)
        _ = weight.values.update(fromContentsOf: try #require(inputs["dense"]).values)
        let step = ShardedStep(store: store, pool: WorkerPool(threads: 1), seed: 0)
        let configuration = try #require(Self.dense.first { $0.0 == name }?.1)
        let optimiser = Optimiser(store: store, configuration: configuration)
        for number in 0..<5 {
            let gradient = try #require(inputs["gradient\(number)"]).values
            step.train(rows: 1) { tape, _ in (tape.tensor(weight) * tape.copy(gradient, Shape(37))).sum() }
            optimiser.update(from: step)
        }
        let worst = difference(Array(weight.values), try #require(Self.golden[name]?["out"]).values)
        print("golden \(name): largest difference \(worst)")
        #expect(worst < 3e-6)
    }

    @Test(arguments: ["sparse_adam", "sparse_adagrad", "sparse_sgd"])
    func sparseUpdatesMatchPyTorch(name: String) throws {
        let inputs = try #require(Self.golden["inputs"])
        let rules: [String: OptimiserConfiguration.Rule] = [
            "sparse_adam": .adam(), "sparse_adagrad": .adagrad(), "sparse_sgd": .sgd(),
        ]
        let store = ParameterStore(seed: 0)
        let fields = [(name: "field", rows: 6)]
        let table = store.addTable("table", width: 5, fields: fields, group: .encoder, initialiser: .zeros)
        _ = table.values.update(fromContentsOf: try #require(inputs["table"]).values)
        let plan = EmbeddingPlan()
        plan.addSlot(table, field: 0)
        let step = ShardedStep(store: store, pool: WorkerPool(threads: 1), seed: 0)
        let rule = try #require(rules[name])
        let optimiser = Optimiser(store: store, configuration: OptimiserConfiguration(rule: rule, learningRate: 0.1))
        for number in 0..<5 {
            let ids = try #require(inputs["ids\(number)"]).values.map { Int32($0) }
            let gradient = try #require(inputs["rows\(number)"]).values
            ids.withUnsafeBufferPointer { ids in
                nonisolated(unsafe) let base = ids.baseAddress
                step.train(rows: 4) { tape, _ in
                    (tape.embed(plan, rows: 4, ids: base, idStride: 1) * tape.copy(gradient, Shape(4, 5))).sum()
                }
                optimiser.update(from: step)
            }
        }
        let worst = difference(Array(table.values), try #require(Self.golden[name]?["out"]).values)
        print("golden \(name): largest difference \(worst)")
        // PyTorch's sparse Adam adds epsilon before the bias correction, its dense Adam (and ours) after.
        #expect(worst < 1e-5)
    }

    private func difference(_ a: [Float], _ b: [Float]) -> Float {
        a.count == b.count ? zip(a, b).map { abs($0 - $1) / max(1, abs($1)) }.max() ?? 0 : .infinity
    }
}
