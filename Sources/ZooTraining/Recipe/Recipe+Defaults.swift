import ZooModel

extension Recipe {
    /// What pretraining trains where the recipe names no encoder: a mixture of four small experts.
    static var pretrainingEncoder: any EncoderConfiguration {
        MMoEConfiguration(experts: 4, expert: MLPConfiguration(layers: [128, 64], dropout: 0.1))
    }

    /// What pretraining without a recipe does: a mixture of four small experts, stopped early.
    ///
    /// Six epochs of a small table are few steps and teach nothing, so such a table gets more.
    public static var pretraining: Recipe {
        var recipe = Recipe(encoder: pretrainingEncoder)
        recipe.head = HeadConfiguration(tower: MLPConfiguration(layers: [32]))
        recipe.optimiser.kind = .adamw
        recipe.optimiser.weightDecay = 0.1
        recipe.optimiser.embeddingDecay = 0.1
        recipe.schedule.decay = .linear
        recipe.stopping = Stopping(patience: 2, holdOut: 0.1)
        recipe.largestBatch = 512
        recipe.epochs = 6
        recipe.leastSteps = 1_280
        return recipe
    }

    /// What a fine-tuning run does where its recipe says nothing else.
    ///
    /// The head is linear in the representation and, beside it, in the encoder's input: few labels can then lean on what
    /// the encoder knows, and still learn what it left out. Chosen on tasks of 200 to 50,000 labels that no benchmark's
    /// test rows take part in.
    public static func fineTuning(mode: TrainingMode) -> Recipe {
        var recipe = Recipe()
        recipe.epochs = 60
        recipe.head = HeadConfiguration(readsInput: true)
        recipe.stopping = Stopping(patience: 8, holdOut: 0.2, folds: nil)
        recipe.optimiser.kind = .adamw
        recipe.optimiser.rate = mode == .scratch ? 2e-3 : 5e-3
        recipe.optimiser.encoderRate = mode == .scratch ? 1 : 0.1
        recipe.optimiser.weightDecay = 0.01
        return recipe
    }

    /// Rows up to which fine-tuning cross-validates: beyond, a hold-out tells enough and costs less.
    private static let mostFoldedRows = 10_000

    /// The recipe with every number that depends on the data filled in.
    ///
    /// - Parameters:
    ///   - rows: with labels to train on.
    ///   - isValidated: whether other rows validate.
    func resolved(rows: Int, isValidated: Bool) -> Recipe {
        var recipe = self
        let batch = batchSize ?? max(32, min(largestBatch, rows / 64))
        recipe.batchSize = batch
        if let leastSteps { recipe.epochs = max(epochs, min(Self.mostEpochs, leastSteps * batch / max(1, rows))) }
        let folds = stopping.folds ?? (rows <= Self.mostFoldedRows ? 5 : 0)
        recipe.stopping.folds = isValidated || rows < 2 ? 0 : min(folds, rows)
        return recipe
    }
}
