import ZooModel
import ZooTensor

/// Trains a new encoder with a head for each task of a schema.
public enum Pretraining {
    /// What a run needs to know.
    public struct Options: Sendable {
        /// The schema.
        public var schemaFile: String
        /// The rows to train on.
        public var dataFile: String
        /// The rows to validate on; nil holds out the recipe's share of the training rows.
        public var validationFile: String?
        /// How.
        public var recipe: Recipe
        /// The model's directory, which must not exist yet.
        public var output: String
        /// How many threads; the weights do not depend on it.
        public var threads = 2
        /// Rows that may be skipped as unreadable.
        public var maxBadRows = 0
        /// Where parsed tables are kept.
        public var cacheDirectory: String?
        /// Where each epoch's checkpoint goes; nil keeps none.
        public var checkpointDirectory: String?
        /// Whether to go on from the checkpoint there.
        public var resume = false

        /// Options with their defaults.
        public init(schemaFile: String, dataFile: String, recipe: Recipe, output: String) {
            self.schemaFile = schemaFile
            self.dataFile = dataFile
            self.recipe = recipe
            self.output = output
        }
    }

    /// Reads, trains, and writes the model's directory.
    ///
    /// - Throws: `ZooModelError` or `ZooTrainingError`: a bad schema, recipe or table, before any training;
    ///   `.interrupted` where `shouldStop` said so.
    public static func run(
        _ options: Options,
        progress: TrainingProgress? = nil,
        shouldStop: () -> Bool = { false }
    ) throws -> TrainingResult {
        let started = monotonicSeconds()
        try RunSupport.requireAbsent(options.output)
        var options = options
        let encoder = options.recipe.encoder ?? Recipe.pretrainingEncoder
        options.recipe.encoder = encoder
        guard options.recipe.stopping.folds ?? 0 == 0 else {
            throw ZooTrainingError(.badData, "early_stopping.folds is for fine-tuning: pretraining takes a hold_out")
        }
        let schema = try Schema.read(options.schemaFile)
        guard !schema.tasks.isEmpty else {
            throw ZooTrainingError(.badData, "\(options.schemaFile): no task to train: list one under 'tasks'")
        }
        try options.recipe.requireTasks(among: schema.tasks)
        let pool = WorkerPool(threads: options.threads)
        func read(_ path: String) throws -> Table {
            try RunSupport.table(
                path,
                schema.source,
                schema.columnRequests(),
                maxBadRows: options.maxBadRows,
                threads: options.threads,
                cache: options.cacheDirectory,
                progress: progress
            )
        }
        let table = try read(options.dataFile)
        let validationTable = try options.validationFile.map(read)
        let split = RowSelection.holdingOut(
            validationTable == nil ? options.recipe.stopping.holdOut : 0,
            of: table.rowCount,
            seed: options.recipe.seed
        )
        let recipe = options.recipe.resolved(rows: split.train.count, isValidated: true)
        let model = try Model(
            encoder,
            features: FeatureFitter.fit(schema.encoderFeatures, on: table, rows: split.train),
            seed: recipe.seed,
            copies: 4
        )
        var labels: [LabelColumn] = []
        var bad = BadRows(table, allowed: options.maxBadRows)
        for task in schema.tasks {
            let column = try LabelReader.read(task, from: table, isTraining: true, maxBadLabels: bad.left)
            bad.add(column)
            var configuration = recipe.head(of: task.name)
            configuration.isStandardised = false
            configuration.classes = column.classes
            configuration.target = RunSupport.target(column, rows: split.train)
            let definitions = schema.headFeatures(of: task.name)
            let own = definitions.isEmpty ? nil : try FeatureFitter.fit(definitions, on: table, rows: split.train)
            let head = try model.addHead(task, configuration, features: own)
            labels.append(column.standardised(configuration.target))
            RunSupport.startOutput(of: head, column, rows: split.train)
            table.releaseMemory()
        }
        bad.report(to: progress)
        var data = [DataSummary("train", table, badRows: bad.count)]
        let train = try TrainingRows(model, table: table, labels: labels)
        var validation: (source: TrainingRows, rows: RowSelection)?
        if let validationTable {
            var bad = BadRows(validationTable, allowed: options.maxBadRows)
            let labels = zip(model.heads, try bad.labels(of: model, in: validationTable)).map {
                $1.standardised($0.configuration.target)
            }
            bad.report(to: progress)
            data.append(DataSummary("validation", validationTable, badRows: bad.count))
            let source = try TrainingRows(model, table: validationTable, labels: labels)
            validation = (source, RowSelection(allOf: validationTable.rowCount))
        } else if split.held.count > 0 {
            validation = (train, split.held)
        }
        let trainable = model.store.trainableCount
        progress?(.prepared(rows: split.train.count, parameters: model.store.count, trainable: trainable))
        let trainer = Trainer(
            model,
            recipe: recipe,
            train: (train, split.train),
            validation: validation,
            pool: pool
        )
        let checkpoint = options.checkpointDirectory.map {
            Checkpoint(
                directory: $0,
                run: RunSupport.identity(recipe, .pretrain, data, schema.yaml),
                isResuming: options.resume
            )
        }
        try trainer.run(checkpoint: checkpoint, progress: progress, shouldStop: shouldStop)
        let directory = ModelDirectory(options.output)
        try directory.writeEncoder(of: model, schema: schema)
        for head in model.heads { try directory.write(head, of: model) }
        return RunSupport.result(
            trainer,
            .pretrain,
            directory,
            data,
            validation: trainer.validationScores(),
            trained: trainable,
            started: started
        )
    }
}
