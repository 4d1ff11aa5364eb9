import ZooModel
import ZooTensor

/// K-fold cross-validation of a training run: how many epochs suit it, and what rows score by weights that have not
/// seen them.
///
/// A hold-out of a hundred rows stops too early or too late by luck, and keeps them from training. Here every row
/// validates once, and the median of the folds' best epochs decides for a last training on all of them.
struct CrossValidation {
    private let model: Model
    private let recipe: Recipe
    private let source: TrainingRows
    private let folds: [RowSelection]
    private let pool: WorkerPool

    /// A cross-validation of a model with one head; leaves its weights as they are.
    init(_ model: Model, recipe: Recipe, source: TrainingRows, folds: Int, pool: WorkerPool) {
        (self.model, self.recipe, self.source, self.pool) = (model, recipe, source, pool)
        self.folds = source.labels[0].map { RowSelection.folds(folds, of: $0, seed: recipe.seed) } ?? []
    }

    /// Trains once for each fold.
    ///
    /// - Throws: What ``Trainer/run(checkpoint:progress:shouldStop:)`` does.
    func run(
        checkpoint: (Int) -> Checkpoint?,
        progress: TrainingProgress?,
        shouldStop: () -> Bool
    ) throws -> (epochs: Int, scores: [TaskScores]) {
        let start = WeightSnapshot(model.store)
        var best: [Int] = []
        var scores: [TaskScores] = []
        for (index, fold) in folds.enumerated() {
            let trainer = Trainer(
                model,
                recipe: recipe,
                train: (source, RowSelection(of: source.table.rowCount) { !fold.contains($0) }),
                validation: (source, fold),
                pool: pool
            )
            try trainer.run(checkpoint: checkpoint(index + 1), progress: nil, shouldStop: shouldStop)
            let epoch = trainer.best?.epoch ?? trainer.history.count
            best.append(epoch)
            let parts = trainer.validationScores()
            if scores.isEmpty { scores = parts } else { for task in parts.indices { scores[task].append(parts[task]) } }
            start.restore(model.store)
            progress?(
                .fold(
                    FoldSummary(
                        fold: index + 1,
                        folds: folds.count,
                        bestEpoch: epoch,
                        losses: trainer.history[epoch - 1].validationLosses
                    )
                )
            )
        }
        best.sort()
        return (best.isEmpty ? recipe.epochs : best[best.count / 2], scores)
    }
}

extension TaskScores {
    /// Adds other rows' labels and scores of the same task.
    fileprivate mutating func append(_ other: TaskScores) {
        labels += other.labels
        scores += other.scores
    }
}
