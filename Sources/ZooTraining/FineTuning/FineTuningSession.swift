import ZooModel
import ZooTensor

/// One fine-tuning run, from its files to its trained head.
final class FineTuningSession {
    private let options: FineTuning.Options
    private let base: ModelDirectory
    private let schema: Schema
    private let taskFile: TaskFile
    private let model: Model
    private let recipe: Recipe
    private let train: (source: TrainingRows, rows: RowSelection)
    private let validation: (source: TrainingRows, rows: RowSelection)?
    private let pool: WorkerPool
    private let data: [DataSummary]
    private let trainable: Int
    private let original: WeightSnapshot

    init(_ options: FineTuning.Options, progress: TrainingProgress?) throws {
        self.options = options
        base = ModelDirectory(options.base.directory)
        let taskFile = try TaskFile.read(options.taskFile)
        let schema = try taskFile.schema(base: base.schema(), file: options.taskFile)
        (self.taskFile, self.schema) = (taskFile, schema)
        try options.recipe.requireTasks(among: [taskFile.task])
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
        // The encoder's kind, the tensors and the layers to thaw are checked before any data is read.
        model = try base.load(tasks: [], seed: options.recipe.seed, isFresh: options.mode == .scratch)
        try Self.checkEncoder(of: options.recipe, against: model)
        try Self.freeze(model, options)
        let table = try read(options.dataFile)
        let validationTable = try options.validationFile.map(read)
        let recipe = options.recipe.resolved(rows: table.rowCount, isValidated: validationTable != nil)
        let isHoldingOut = validationTable == nil && recipe.stopping.folds == 0
        let split = RowSelection.holdingOut(
            isHoldingOut ? recipe.stopping.holdOut : 0,
            of: table.rowCount,
            seed: recipe.seed
        )
        var bad = BadRows(table, allowed: options.maxBadRows)
        let column = try LabelReader.read(taskFile.task, from: table, isTraining: true, maxBadLabels: bad.left)
        bad.add(column)
        bad.report(to: progress)
        var data = [DataSummary("train", table, badRows: bad.count)]
        let head = try Self.addHead(taskFile, recipe, column, split.train, table, to: model)
        RunSupport.startOutput(of: head, column, rows: split.train)
        pool = WorkerPool(threads: options.threads)
        let labels = column.standardised(head.configuration.target)
        let train = try TrainingRows(model, table: table, labels: [labels])
        var validation: (source: TrainingRows, rows: RowSelection)?
        if let validationTable {
            var bad = BadRows(validationTable, allowed: options.maxBadRows)
            let labels = try bad.labels(of: model, in: validationTable).map {
                $0.standardised(head.configuration.target)
            }
            bad.report(to: progress)
            data.append(DataSummary("validation", validationTable, badRows: bad.count))
            let source = try TrainingRows(model, table: validationTable, labels: labels)
            validation = (source, RowSelection(allOf: validationTable.rowCount))
        } else if split.held.count > 0 {
            validation = (train, split.held)
        }
        self.data = data
        let encoding = FrozenEncoding(model, head, pool: pool)
        if head.configuration.isStandardised { try encoding.fitStandardiser(train, rows: split.train) }
        if options.mode == .frozen {
            try encoding.fill(train, progress: progress)
            if let source = validation?.source, source !== train { try encoding.fill(source, progress: progress) }
        }
        trainable = model.store.trainableCount
        guard trainable > 0 else {
            throw ZooTrainingError(.usage, "this run would train no parameter: name a layer to thaw, or another mode")
        }
        original = WeightSnapshot(model.store)
        (self.recipe, self.train, self.validation) = (recipe, (train, split.train), validation)
        progress?(.prepared(rows: split.train.count, parameters: model.store.count, trainable: trainable))
    }

    /// Refuses a recipe whose encoder is not the base's: it would be silently ignored.
    private static func checkEncoder(of recipe: Recipe, against model: Model) throws {
        guard let encoder = recipe.encoder else { return }
        let (wanted, found) = (EncoderRegistry.value(encoder).flow, EncoderRegistry.value(model.configuration).flow)
        guard wanted == found else {
            throw ZooTrainingError(
                .badData,
                "the recipe's encoder is not the base's, which is \(found): leave 'encoder' out when fine-tuning"
            )
        }
    }

    /// Decides which of the encoder's tensors are trained.
    private static func freeze(_ model: Model, _ options: FineTuning.Options) throws {
        guard options.mode == .frozen || options.mode == .partial else { return }
        model.store.setTrainable(false, group: .encoder)
        guard options.mode == .partial else { return }
        let tensors = model.encoderTensors
        let wanted = options.thaw.isEmpty ? [lastLayer(tensors)] : options.thaw
        for prefix in wanted {
            let matches = tensors.filter { $0.name == prefix || $0.name.hasPrefix("\(prefix).") }
            guard !matches.isEmpty else {
                let names = Set(tensors.map { $0.name.split(separator: ".").dropLast().joined(separator: ".") })
                throw ZooTrainingError(
                    .usage,
                    "the encoder has no layer '\(prefix)' to thaw\(Suggestion.clause(for: prefix, among: names.sorted()))"
                )
            }
            for tensor in matches { tensor.setTrainable() }
        }
    }

    /// `encoder.1` of `encoder.0.…` and `encoder.1.…`.
    private static func lastLayer(_ tensors: [ModelTensor]) -> String {
        let layers = tensors.map(\.name).filter { $0.hasPrefix("encoder.") }
            .map { $0.split(separator: ".").prefix(2).joined(separator: ".") }
        return layers.last ?? "encoder"
    }

    private static func addHead(
        _ file: TaskFile,
        _ recipe: Recipe,
        _ column: LabelColumn,
        _ rows: RowSelection,
        _ table: Table,
        to model: Model
    ) throws -> Head {
        var configuration = recipe.head(of: file.task.name)
        configuration.classes = column.classes
        configuration.target = RunSupport.target(column, rows: rows)
        let own = file.features.isEmpty ? nil : try FeatureFitter.fit(file.features, on: table, rows: rows)
        return try model.addHead(file.task, configuration, features: own)
    }

    /// Trains to the best weights, and writes the model's directory.
    func run(started: Double, progress: TrainingProgress?, shouldStop: () -> Bool) throws -> TrainingResult {
        var validation = validation
        var (epochs, scores): (Int?, [TaskScores]?)
        if let folds = recipe.stopping.folds, folds > 0 {
            let crossValidation = CrossValidation(model, recipe: recipe, source: train.source, folds: folds, pool: pool)
            (epochs, scores) = try crossValidation.run(
                checkpoint: checkpoint,
                progress: progress,
                shouldStop: shouldStop
            )
            validation = nil
        }
        let trainer = Trainer(
            model,
            recipe: recipe,
            train: train,
            validation: validation,
            epochs: epochs,
            pool: pool
        )
        try trainer.run(checkpoint: checkpoint(nil), progress: progress, shouldStop: shouldStop)
        return try write(trainer, validation: scores ?? trainer.validationScores(), started: started)
    }

    /// Where a part of the run leaves its checkpoint: a fold, or the final training.
    ///
    /// Parts that an interrupted run has not reached start anew; that there is something to resume is checked once.
    private func checkpoint(_ fold: Int?) -> Checkpoint? {
        guard let directory = options.checkpointDirectory else { return nil }
        let identity = RunSupport.identity(
            recipe,
            options.mode,
            data,
            options.base.digest + schema.yaml + options.thaw.joined(separator: ",")
        )
        let place = fold.map { "\(directory)/fold-\($0)" } ?? directory
        let isFirst = fold == 1 || recipe.stopping.folds == 0
        return Checkpoint(
            directory: place,
            run: fold.map { "fold \($0)\n\(identity)" } ?? identity,
            isResuming: options.resume && (isFirst || Checkpoint.exists(in: place))
        )
    }

    private func write(_ trainer: Trainer, validation: [TaskScores], started: Double) throws -> TrainingResult {
        let directory = ModelDirectory(options.output)
        let name = taskFile.task.name
        var changed: [ModelTensor] = []
        if options.mode.keepsEncoder {
            try directory.copyEncoder(of: base)
            changed = model.encoderTensors.filter { differs($0) }
            if !changed.isEmpty { try directory.writeDelta(name, tensors: changed) }
        } else {
            try directory.writeEncoder(of: model, schema: base.schema())
        }
        for head in model.heads { try directory.write(head, of: model, source: taskFile.source) }
        var result = RunSupport.result(
            trainer,
            options.mode,
            directory,
            data,
            validation: validation,
            trained: trainable,
            started: started
        )
        if !changed.isEmpty {
            result.modules.append(
                TrainingResult.ModuleSummary(
                    path: "deltas/\(name)",
                    kind: "delta",
                    tensors: changed.count,
                    parameters: changed.reduce(0) { $0 + $1.values.count }
                )
            )
        }
        return result
    }

    private func differs(_ tensor: ModelTensor) -> Bool {
        guard tensor.isTrainable || tensor.name.hasSuffix(".mean") || tensor.name.hasSuffix(".variance") else {
            return false
        }
        let (name, offset) = tensor.place
        guard let index = original.names.firstIndex(of: name) else { return false }
        return original.values[index].withUnsafeBufferPointer { values in
            tensor.values.indices.contains { values[offset + $0].bitPattern != tensor.values[$0].bitPattern }
        }
    }
}

extension ModelTensor {
    /// Thaws the tensor.
    fileprivate func setTrainable() {
        switch owner {
        case .parameter(let parameter):
            // Running statistics are never trained by gradients.
            if !name.hasSuffix(".norm.mean"), !name.hasSuffix(".norm.variance") { parameter.isTrainable = true }
        case .field(let table, let field): table.setTrainable(true, field: field)
        }
    }

    /// The parameter or table that holds the tensor, and where in it.
    fileprivate var place: (name: String, offset: Int) {
        switch owner {
        case .parameter(let parameter): (parameter.name, 0)
        case .field(let table, let field): (table.name, table.fields[field].offset * table.width)
        }
    }
}
