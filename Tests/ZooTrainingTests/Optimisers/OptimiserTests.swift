import AllocationCounter
import Testing
import ZooTensor
import ZooTraining

@Suite(.serialized) struct OptimiserTests {
    static let configurations: [OptimiserConfiguration] = [
        OptimiserConfiguration(rule: .adam(), learningRate: 0.01),
        OptimiserConfiguration(rule: .adamW(), learningRate: 0.01, weightDecay: 0.1, clipNorm: 0.5),
        OptimiserConfiguration(rule: .sgd(momentum: 0.9), learningRate: 0.05, embeddingDecay: 0.01),
        OptimiserConfiguration(rule: .adagrad(), learningRate: 0.05, clipNorm: 1),
    ]

    private func trained(threads: Int, _ configuration: OptimiserConfiguration, rows: Int = 771) -> [UInt32] {
        let model = OptimiserModel(rows: rows)
        let step = ShardedStep(store: model.store, pool: WorkerPool(threads: threads), seed: 3)
        model.train(12, step, Optimiser(store: model.store, configuration: configuration))
        return model.bits
    }

    @Test(arguments: configurations.indices)
    func weightsAreTheSameForAnyNumberOfThreads(index: Int) {
        let configuration = Self.configurations[index]
        let one = trained(threads: 1, configuration)
        #expect(one == trained(threads: 1, configuration))
        #expect(one == trained(threads: 2, configuration))
        #expect(one == trained(threads: 4, configuration))
        #expect(one != OptimiserModel(rows: 771).bits)
    }

    @Test func trainingLowersTheLoss() {
        let model = OptimiserModel(rows: 500)
        let step = ShardedStep(store: model.store, pool: WorkerPool(threads: 2), seed: 3)
        let optimiser = Optimiser(store: model.store, configuration: Self.configurations[0])
        let before = model.train(1, step, optimiser)
        let after = model.train(60, step, optimiser)
        #expect(after < 0.8 * before)
        #expect(step.reported(0) > 0 && step.reported(0) < after)
    }

    @Test(arguments: [1, 2, 4])
    func aStepAllocatesNothingAtSteadyState(threads: Int) {
        let model = OptimiserModel(rows: 1024)
        let step = ShardedStep(store: model.store, pool: WorkerPool(threads: threads), seed: 3)
        let optimiser = Optimiser(store: model.store, configuration: Self.configurations[1])
        // A fresh step allocates: the counter works.
        allocation_counter_start()
        model.train(1, step, optimiser)
        #expect(allocation_counter_stop() > 0)
        // Other tests of the process may allocate at the same time: the quietest of many windows is the step's own.
        var fewest = Int64.max
        model.train(200, step, optimiser) { number in
            if number > 10 { fewest = min(fewest, allocation_counter_stop()) }
            allocation_counter_start()
        }
        _ = allocation_counter_stop()
        #expect(fewest == 0)
    }

    @Test func resumingFromTheStateIsExact() {
        let configuration = Self.configurations[1]
        let model = OptimiserModel(rows: 200)
        let pool = WorkerPool(threads: 2)
        let step = ShardedStep(store: model.store, pool: pool, seed: 3)
        let optimiser = Optimiser(store: model.store, configuration: configuration)
        model.train(5, step, optimiser)
        let again = OptimiserModel(rows: 200)
        for (to, from) in zip(again.store.parameters, model.store.parameters) {
            _ = to.values.update(fromContentsOf: from.values)
        }
        for (to, from) in zip(again.store.tables, model.store.tables) {
            _ = to.values.update(fromContentsOf: from.values)
        }
        let resumed = Optimiser(store: again.store, configuration: configuration)
        for (to, from) in zip(resumed.state, optimiser.state) {
            #expect(to.name == from.name)
            _ = to.values.update(fromContentsOf: from.values)
        }
        resumed.resume(atStep: optimiser.stepCount)
        let resumedStep = ShardedStep(store: again.store, pool: pool, seed: 3)
        resumedStep.stepNumber = step.stepNumber
        model.train(5, step, optimiser)
        again.train(5, resumedStep, resumed)
        #expect(model.bits == again.bits)
    }

    @Test func groupsHaveTheirOwnRates() {
        let model = OptimiserModel(rows: 64)
        let before = model.bits
        var configuration = Self.configurations[0]
        configuration.groups = [.encoder: .init(rateFactor: 0)]
        let step = ShardedStep(store: model.store, pool: WorkerPool(threads: 1), seed: 3)
        model.train(2, step, Optimiser(store: model.store, configuration: configuration))
        let fresh = OptimiserModel(rows: 64)
        for (now, then) in zip(model.store.parameters, fresh.store.parameters) where !now.isStatistic {
            #expect(now.values.elementsEqual(then.values) == (now.group == .encoder), "\(now.name)")
        }
        #expect(model.bits != before)
    }

    @Test func untouchedRowsKeepTheirWeights() {
        let model = OptimiserModel(rows: 1)
        let before = Array(model.store.tables[0].values)
        let step = ShardedStep(store: model.store, pool: WorkerPool(threads: 1), seed: 3)
        model.train(3, step, Optimiser(store: model.store, configuration: Self.configurations[0]))
        let changed = zip(before, model.store.tables[0].values).enumerated().filter { $0.element.0 != $0.element.1 }
        #expect(Set(changed.map { $0.offset / 8 }).count == 2)
    }

    @Test func clippingBoundsTheNorm() throws {
        let model = OptimiserModel(rows: 300)
        let step = ShardedStep(store: model.store, pool: WorkerPool(threads: 2), seed: 3)
        let optimiser = Optimiser(
            store: model.store,
            configuration: .init(rule: .sgd(), learningRate: 1, clipNorm: 0.01)
        )
        let before = model.store.parameters.flatMap { Array($0.values) } + Array(model.store.tables[0].values)
        model.train(1, step, optimiser)
        let after = model.store.parameters.flatMap { Array($0.values) } + Array(model.store.tables[0].values)
        let statistics =
            model.store.parameters.flatMap { parameter in
                Array(repeating: parameter.isStatistic, count: parameter.count)
            } + Array(repeating: false, count: model.store.tables[0].values.count)
        let moved = zip(zip(before, after), statistics).filter { !$0.1 }
            .reduce(0.0) { $0 + Double(($1.0.0 - $1.0.1) * ($1.0.0 - $1.0.1)) }
        #expect(abs(moved.squareRoot() - 0.01) < 1e-4)
        #expect(try #require(optimiser.gradientNorm) > 0.01)
    }
}
