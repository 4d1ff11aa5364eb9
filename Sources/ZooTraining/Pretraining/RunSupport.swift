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
        allowsNoRows: Bool = false,
        threads: Int,
        cache: String?,
        progress: TrainingProgress?
    ) throws -> Table {
        progress?(.reading(file: path))
        var reader = TableReader(format: format, columns: columns)
        reader.maxBadRows = maxBadRows
        reader.allowsNoRows = allowsNoRows
        reader.threads = threads
        reader.cacheDirectory = cache
        let table = try reader.read(path: path)
        guard allowsNoRows || table.rowCount > 0 else { throw ZooTrainingError(.badData, "\(path): there are no rows") }
        guard table.rowCount < Int(Int32.max) else {
            throw ZooTrainingError(.badData, "\(path): more than \(Int32.max) rows")
        }
        return table
    }

    /// Mean and deviation of a regression's training targets.
    static func target(_ labels: LabelColumn, rows: RowSelection) -> HeadConfiguration.Target {
        guard labels.task.kind == .regression else { return HeadConfiguration.Target() }
        var (count, sum, squares) = (0.0, 0.0, 0.0)
        func forEachTarget(_ body: (Double) -> Void) {
            rows.forEach { row in
                let label = Double(labels.label(ofRow: row))
                if !label.isNaN { body(label) }
            }
        }
        forEachTarget { (count, sum) = (count + 1, sum + $0) }
        let mean = sum / max(1, count)
        forEachTarget { squares += ($0 - mean) * ($0 - mean) }
        let deviation = (squares / max(1, count)).squareRoot()
        return HeadConfiguration.Target(mean: Float(mean), deviation: Float(max(deviation, 1e-6)))
    }

    /// Starts a head's output layer at what a model without inputs would say.
    static func startOutput(of head: Head, _ labels: LabelColumn, rows: RowSelection) {
        let bias = head.output.bias.values
        guard head.task.kind != .regression else { return bias[0] = 0 }
        var counts = [Int](repeating: 0, count: max(2, head.outputs))
        rows.forEach { row in
            let label = labels.label(ofRow: row)
            if !label.isNaN { counts[Int(label)] += 1 }
        }
        let total = counts.reduce(0, +)
        guard total > 0 else { return }
        let shares = counts.map { Double($0) / Double(total) }
        if head.outputs == 1 {
            let positive = min(max(shares[1], 1e-4), 1 - 1e-4)
            bias[0] = Float(logarithm(positive / (1 - positive)))
        } else {
            for index in bias.indices { bias[index] = Float(logarithm(max(shares[index], 1e-5))) }
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
        validation: [TaskScores],
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
            validation: validation,
            seconds: monotonicSeconds() - started,
            rowsPerSecond: Double(trainer.history.count * trainer.loader.rowCount) / max(trainer.trainSeconds, 1e-9)
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
