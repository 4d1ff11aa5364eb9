import ZooModel
import ZooTensor

/// Trains the trainable part of a model: epochs of shuffled batches, validation, early stopping, checkpoints.
final class Trainer {
    let model: Model
    let recipe: Recipe
    /// The rows trained on.
    let loader: BatchLoader
    let step: ShardedStep
    let optimiser: Optimiser
    private(set) var history: [EpochSummary] = []
    private(set) var best: (epoch: Int, score: Double)?
    private var bestWeights: WeightSnapshot?
    private let validation: (source: TrainingRows, rows: RowSelection, loader: BatchLoader)?
    private let scorer: Scorer
    private let weights: [Float]
    /// Epochs that the run may have.
    private let epochs: Int
    private var lastReport = 0.0
    private(set) var trainSeconds = 0.0

    /// A trainer; `epochs` ends the run earlier than its recipe, whose schedule stays as long.
    init(
        _ model: Model,
        recipe: Recipe,
        train: (source: TrainingRows, rows: RowSelection),
        validation: (source: TrainingRows, rows: RowSelection)?,
        epochs: Int? = nil,
        pool: WorkerPool
    ) {
        self.model = model
        self.recipe = recipe
        self.epochs = epochs ?? recipe.epochs
        loader = BatchLoader(
            train.source,
            train.rows,
            batchSize: recipe.batchSize ?? 1024,
            seed: recipe.seed,
            memory: BatchLoader.trainingMemory,
            pool: pool
        )
        let step = ShardedStep(store: model.store, pool: pool, seed: recipe.seed)
        let scorer = Scorer(model, step: step)
        (self.step, self.scorer) = (step, scorer)
        self.validation = validation.map { ($0.source, $0.rows, scorer.loader($0.source, $0.rows)) }
        optimiser = Optimiser(
            store: model.store,
            configuration: recipe.optimiserConfiguration(steps: loader.batchCount * recipe.epochs)
        )
        weights = model.heads.map { recipe.taskWeights[$0.task.name] ?? $0.task.weight }
    }

    /// Runs the epochs that are left and leaves the best weights in the model.
    ///
    /// - Throws: `ZooTrainingError` `.interrupted` where `shouldStop` says so; `.badData` where the loss is no number.
    func run(checkpoint: Checkpoint?, progress: TrainingProgress?, shouldStop: () -> Bool) throws {
        if let checkpoint, let resumed = try checkpoint.load(model, optimiser, step) {
            (history, best, bestWeights) = (resumed.history, resumed.best, resumed.bestWeights)
        }
        while history.count < epochs, !isPatienceSpent {
            let epoch = history.count + 1
            let started = monotonicSeconds()
            let losses = try runEpoch(epoch, progress, shouldStop)
            let trained = monotonicSeconds() - started
            trainSeconds += trained
            try finish(epoch, losses, started: started, trained: trained, progress)
            try checkpoint?.save(model, optimiser, step, Checkpoint.State(history, best, bestWeights))
        }
        bestWeights?.restore(model.store)
    }

    private var isPatienceSpent: Bool {
        guard let patience = recipe.stopping.patience, let best else { return false }
        return history.count - best.epoch >= patience
    }

    private func runEpoch(
        _ epoch: Int,
        _ progress: TrainingProgress?,
        _ shouldStop: () -> Bool
    ) throws -> [TaskLoss] {
        var sums = model.heads.map { _ in 0.0 }
        var counts = model.heads.map { _ in 0 }
        let started = monotonicSeconds()
        var done = 0
        loader.start(epoch: epoch)
        while let batch = loader.next() {
            trainStep(batch)
            for index in sums.indices where batch.present[index] > 0 {
                let loss = step.reported(index) * Double(batch.present[index]) / Double(weights[index])
                guard loss.isFinite else { throw diverged(epoch) }
                sums[index] += loss
                counts[index] += batch.present[index]
            }
            done += batch.rows
            if shouldStop() {
                throw ZooTrainingError(
                    .interrupted,
                    "stopped in epoch \(epoch); \(history.count) epochs are in the checkpoint: go on with --resume"
                )
            }
            guard let progress, monotonicSeconds() - lastReport > 0.2 else { continue }
            lastReport = monotonicSeconds()
            progress(.step(stepProgress(epoch, done, loader.rowCount, lastReport - started, sums, counts)))
        }
        return means(sums, counts)
    }

    private func diverged(_ epoch: Int) -> ZooTrainingError {
        ZooTrainingError(
            .badData,
            "the loss is no longer a number in epoch \(epoch): lower the recipe's optimiser.rate or set optimiser.clip"
        )
    }

    private func means(_ sums: [Double], _ counts: [Int]) -> [TaskLoss] {
        model.heads.indices.map { index in
            TaskLoss(task: model.heads[index].task.name, loss: sums[index] / Double(max(1, counts[index])))
        }
    }

    private func stepProgress(
        _ epoch: Int,
        _ done: Int,
        _ total: Int,
        _ seconds: Double,
        _ sums: [Double],
        _ counts: [Int]
    ) -> StepProgress {
        let rate = Double(done) / max(seconds, 1e-9)
        let left = Double(total - done) + Double(total) * Double(epochs - epoch)
        return StepProgress(
            epoch: epoch,
            epochs: epochs,
            rowsDone: done,
            rowsTotal: total,
            rowsPerSecond: rate,
            secondsLeft: left / max(rate, 1e-9),
            losses: means(sums, counts)
        )
    }

    /// L = Σ wᵢ · 1/Jᵢ · Σⱼ ℓ over the batch, Jᵢ counting task i's labels present in it; then one update.
    private func trainStep(_ batch: TrainingBatch) {
        nonisolated(unsafe) let batch = batch
        let (model, weights) = (model, weights)
        step.train(rows: batch.rows) { tape, range in
            guard let shared = batch.representation(model, tape, range) else {
                preconditionFailure("a gathered batch has rows")
            }
            var total: Tensor?
            for index in 0..<model.heads.count {
                let head = model.heads[index]
                let present = batch.present[index]
                let loss = head.loss(
                    batch.logits(head, index, shared, range),
                    labels: batch.labels[index] + range.lowerBound,
                    classes: batch.classes[index] + range.lowerBound,
                    scale: present > 0 ? weights[index] / Float(present) : 0
                )
                tape.report(loss, at: index)
                total = total.map { $0 + loss } ?? loss
            }
            guard let total else { preconditionFailure("a model in training has a head") }
            return total
        }
        optimiser.update(from: step)
    }

    private func finish(
        _ epoch: Int,
        _ losses: [TaskLoss],
        started: Double,
        trained: Double,
        _ progress: TrainingProgress?
    ) throws {
        var summary = EpochSummary(
            epoch: epoch,
            epochs: epochs,
            trainLosses: losses,
            validationLosses: [],
            validationScore: nil,
            learningRates: [
                "head": Double(optimiser.learningRate),
                "encoder": Double(optimiser.learningRate * recipe.optimiser.encoderRate),
            ],
            rowsPerSecond: Double(loader.rowCount) / max(trained, 1e-9),
            seconds: 0,
            isBest: true,
            steps: optimiser.stepCount
        )
        if validation != nil {
            let (losses, score) = validate()
            summary.validationLosses = losses
            summary.validationScore = score
            summary.isBest = best.map { score > $0.score } ?? true
            if summary.isBest {
                best = (epoch, score)
                bestWeights = WeightSnapshot(model.store, reusing: bestWeights)
            }
        }
        summary.seconds = monotonicSeconds() - started
        history.append(summary)
        progress?(.epoch(summary))
    }

    private func validate() -> (losses: [TaskLoss], score: Double) {
        guard let validation else { return ([], 0) }
        let results = scorer.scores(validation.loader)
        var losses: [TaskLoss] = []
        var score = 0.0
        for (index, head) in model.heads.enumerated() {
            let labels = validation.source.labels[index]?.values(validation.rows) ?? []
            guard let loss = Scorer.loss(head, scores: results[index], labels: labels) else { continue }
            losses.append(TaskLoss(task: head.task.name, loss: loss))
            if recipe.stopping.metric == .auc, case .binary = head.task.kind {
                score += Double(weights[index]) * (RankedScores(scores: results[index], labels: labels).auc.number ?? 0)
            } else {
                score -= Double(weights[index]) * loss
            }
        }
        return (losses, score)
    }

    /// Labels and scores of the validation rows by the weights as they are.
    func validationScores() -> [TaskScores] {
        guard let validation else { return [] }
        let results = scorer.scores(validation.loader)
        return model.heads.enumerated().map { index, head in
            let labels = validation.source.labels[index]?.standardised(HeadConfiguration.Target())
            return TaskScores(head, scores: results[index], labels: labels?.values(validation.rows) ?? [])
        }
    }
}
