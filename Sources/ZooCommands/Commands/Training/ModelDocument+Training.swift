import ZooRegistry
import ZooTensor
import ZooTraining

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension ModelDocument {
    /// What training knows of a model, as the registry records it.
    ///
    /// - Parameters:
    ///   - metrics: measured on the validation rows.
    ///   - base: the model it was fine-tuned from; a scratch run takes nothing from it but the features' vocabularies.
    init(_ result: TrainingResult, metrics: [TaskMetrics], name: String, version: String?, base: Base?) throws {
        let numbers = Dictionary(metrics.map { ($0.task, $0.report.numbers) }) { first, _ in first }
        self.init(
            kind: Kind(result.mode),
            name: name,
            version: version,
            base: base,
            encoder: Encoder(
                type: result.encoder.type,
                parameters: result.encoder.parameters,
                outputWidth: result.encoder.outputWidth
            ),
            features: result.features.map {
                Feature(
                    name: $0.name,
                    kind: $0.kind,
                    scope: $0.scope,
                    cardinality: $0.cardinality > 0 ? $0.cardinality : nil
                )
            },
            tasks: result.tasks.map {
                Task(
                    name: $0.name,
                    kind: $0.kind,
                    classes: $0.classes.isEmpty ? nil : $0.classes,
                    metrics: numbers[$0.name] ?? [:]
                )
            },
            training: Training(
                mode: result.mode.rawValue,
                recipe: try JSONDecoder().decode(
                    [String: DocumentValue].self,
                    from: JSONEncoder().encode(result.recipe)
                ),
                seed: result.recipe.seed,
                epochs: result.epochs,
                data: result.data.map {
                    DataSource(
                        role: $0.role,
                        file: String($0.file.split(separator: "/").last ?? ""),
                        digest: $0.digest,
                        rows: $0.rows
                    )
                }
            ),
            tool: Tool(version: ToolVersion.current, instructionSet: Engine.instructionSet)
        )
    }
}

extension ModelDocument.Kind {
    /// What a training mode adds to the zoo.
    init(_ mode: TrainingMode) {
        self =
            switch mode {
            case .pretrain, .scratch: .encoder
            case .frozen: .head
            case .partial, .full: .delta
            }
    }
}
