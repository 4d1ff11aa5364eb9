import ZooModel
import ZooTensor

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// What pretraining, fine-tuning and evaluation do alike around a model.
enum RunSupport {
    /// Reads a data file with the columns wanted.
    static func table(
        _ path: String,
        _ format: TableFormat,
        _ columns: [ColumnRequest],
        maxBadRows: Int,
        threads: Int,
        cache: String?,
        progress: TrainingProgress?
    ) throws -> Table {
        progress?(.reading(file: path))
        var reader = TableReader(format: format, columns: columns)
        reader.maxBadRows = maxBadRows
        reader.threads = threads
        reader.cacheDirectory = cache
        let table = try reader.read(path: path)
        guard table.rowCount > 0 else { throw ZooTrainingError(.badData, "\(path): there are no rows") }
        guard table.rowCount < Int(Int32.max) else {
            throw ZooTrainingError(.badData, "\(path): more than \(Int32.max) rows")
        }
        return table
    }

    /// Which rows are trained on and which are held out, the same for one seed.
    static func holdOut(_ rows: Int, share: Float, seed: UInt64) -> (train: [Int32], held: [Int32]) {
        var order = (0..<Int32(rows)).map { $0 }
        let random = ZooTensor.CounterRandom(seed: seed, stream: "hold-out")
        for index in stride(from: rows - 1, to: 0, by: -1) {
            order.swapAt(index, random.integer(UInt64(index), below: index + 1))
        }
        let held = Int(Float(rows) * share)
        return (order.dropFirst(held).sorted(), order.prefix(held).sorted())
    }

    /// A regression's labels by the mean and deviation of its training rows; others as they are.
    static func standardised(_ labels: [Float], _ target: HeadConfiguration.Target) -> [Float] {
        guard target != HeadConfiguration.Target() else { return labels }
        return labels.map { ($0 - target.mean) / target.deviation }
    }

    /// Mean and deviation of a regression's training targets.
    static func target(_ task: TaskDefinition, _ labels: [Float], rows: [Int32]) -> HeadConfiguration.Target {
        guard task.kind == .regression else { return HeadConfiguration.Target() }
        let present = rows.map { Double(labels[Int($0)]) }.filter { !$0.isNaN }
        let mean = present.reduce(0, +) / Double(max(1, present.count))
        let variance = present.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(max(1, present.count))
        return HeadConfiguration.Target(mean: Float(mean), deviation: Float(max(variance.squareRoot(), 1e-6)))
    }

    /// Starts a head's output layer at what a model without inputs would say.
    static func startOutput(of head: Head, _ labels: [Float], rows: [Int32]) {
        let bias = head.output.bias.values
        let present = rows.map { labels[Int($0)] }.filter { !$0.isNaN }
        guard !present.isEmpty else { return }
        func share(_ matches: (Float) -> Bool) -> Double {
            Double(present.count(where: matches)) / Double(present.count)
        }
        switch head.task.kind {
        case .regression: bias[0] = 0
        case .binary:
            let positive = min(max(share { $0 > 0.5 }, 1e-4), 1 - 1e-4)
            bias[0] = Float(logarithm(positive / (1 - positive)))
        case .multiclass:
            for index in bias.indices { bias[index] = Float(logarithm(max(share { Int($0) == index }, 1e-5))) }
        }
    }

    /// What a run is: recipe, mode and data together, for its checkpoint.
    static func identity(_ recipe: Recipe, _ mode: TrainingMode, _ data: [DataSummary], _ base: String) -> String {
        [mode.rawValue, base, recipe.configuration.json]
            .appending(data.map { "\($0.role) \($0.digest) \($0.rows)" })
            .appending([Engine.instructionSet]).joined(separator: "\n")
    }

    /// The parts of a model's directory.
    static func modules(_ model: Model, _ directory: ModelDirectory) -> [TrainingResult.ModuleSummary] {
        func summary(_ path: String, _ kind: String, _ tensors: [ModelTensor]) -> TrainingResult.ModuleSummary {
            TrainingResult.ModuleSummary(
                path: path,
                kind: kind,
                tensors: tensors.count,
                parameters: tensors.reduce(0) { $0 + $1.values.count }
            )
        }
        return [summary("encoder", "encoder", model.encoderTensors)]
            + model.heads.map { summary("heads/\($0.task.name)", "head", model.tensors(of: $0)) }
    }

    /// The features of a model.
    static func features(_ model: Model) -> [TrainingResult.FeatureSummary] {
        func summaries(_ features: FittedFeatures, _ scope: String) -> [TrainingResult.FeatureSummary] {
            features.features.map {
                TrainingResult.FeatureSummary(
                    name: $0.definition.name,
                    kind: $0.definition.kind.name,
                    scope: scope,
                    cardinality: $0.rows
                )
            }
        }
        return summaries(model.features, "encoder")
            + model.heads.flatMap { head in head.features.map { summaries($0, head.task.name) } ?? [] }
    }

    /// The result of a run whose model has been written.
    static func result(
        _ trainer: Trainer,
        _ mode: TrainingMode,
        _ directory: ModelDirectory,
        _ data: [DataSummary],
        trained: Int,
        started: Double
    ) -> TrainingResult {
        let model = trainer.model
        let tensors = model.encoderTensors
        return TrainingResult(
            directory: directory.path,
            mode: mode,
            recipe: trainer.recipe,
            epochs: trainer.history.count,
            bestEpoch: trainer.best?.epoch ?? trainer.history.count,
            history: trainer.history,
            encoder: TrainingResult.EncoderSummary(
                type: type(of: model.configuration).type,
                parameters: tensors.reduce(0) { $0 + $1.values.count },
                outputWidth: model.encoder.outputWidth
            ),
            features: features(model),
            tasks: model.heads.map {
                TrainingResult.TaskSummary(
                    name: $0.task.name,
                    kind: $0.task.kind.name,
                    classes: $0.configuration.classes
                )
            },
            modules: modules(model, directory),
            data: data,
            trainedParameters: trained,
            validation: trainer.validationScores(),
            seconds: monotonicSeconds() - started,
            rowsPerSecond: Double(trainer.history.count * trainer.trainRows.count) / max(trainer.trainSeconds, 1e-9)
        )
    }

    /// Refuses a directory that is there already: a model is made whole or not at all.
    static func requireAbsent(_ path: String) throws {
        if FileManager.default.fileExists(atPath: path) {
            throw ZooTrainingError(.usage, "\(path) exists already; name a new directory")
        }
    }
}

extension Array {
    fileprivate func appending(_ other: [Element]) -> [Element] { self + other }
}
