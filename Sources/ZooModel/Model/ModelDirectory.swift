#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif
import ZooFiles

/// A model as files: `encoder/`, `heads/<task>/`, `deltas/<name>/`, each with its `weights.safetensors`.
public struct ModelDirectory: Sendable {
    /// Where it is.
    public let path: String

    /// A directory that is or will be a model.
    public init(_ path: String) {
        self.path = path
    }

    /// Where the encoder is.
    public var encoder: String { "\(path)/encoder" }
    /// Where a task's head is.
    public func head(_ task: String) -> String { "\(path)/heads/\(task)" }
    /// Where a delta is.
    public func delta(_ name: String) -> String { "\(path)/deltas/\(name)" }

    /// The tasks that have a head, sorted.
    public var tasks: [String] { names(in: "heads") }
    /// The deltas, sorted: the order that they are applied in.
    public var deltas: [String] { names(in: "deltas") }

    private func names(in part: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: "\(path)/\(part)")) ?? [])
            .filter { !$0.hasPrefix(".") }.sorted()
    }

    /// The schema that the encoder was pretrained with.
    ///
    /// - Throws: `ZooModelError` with the file's name.
    public func schema() throws -> Schema { try Schema.read("\(encoder)/schema.yaml") }

    /// The configuration of the encoder, refused here if unknown: before anything else is read.
    ///
    /// - Throws: `ZooModelError` with the place in `model.json`.
    public func encoderConfiguration() throws -> any EncoderConfiguration {
        let node = try ConfigurationNode.read("\(encoder)/model.json")
        let map = try node.mapping(["schemaVersion", "encoder"], of: "a model")
        _ = try map.required("schemaVersion").integer(in: 1...1)
        return try EncoderRegistry.configuration(map.required("encoder"))
    }

    /// The encoder with its deltas applied, and the heads asked for.
    ///
    /// - Parameters:
    ///   - tasks: the heads to load; nil for all.
    ///   - seed: what heads added later start from.
    ///   - isFresh: keeps the encoder at first values drawn from `seed` instead of loading its weights.
    /// - Throws: `ZooModelError` that names the file and the tensor which is missing, unexpected or misshapen.
    public func load(tasks: [String]? = nil, seed: UInt64 = 0, isFresh: Bool = false) throws -> Model {
        guard FileManager.default.fileExists(atPath: encoder) else {
            throw ZooModelError(.notFound, "\(path) is no model: it has no directory 'encoder'")
        }
        let configuration = try encoderConfiguration()
        let model = try Model(configuration, features: try FittedFeatures.read(from: encoder), seed: seed)
        if !isFresh {
            let tensors = model.encoderTensors
            try TensorFile.load("\(encoder)/weights.safetensors", into: tensors)
            for name in deltas { try TensorFile.overlay("\(delta(name))/weights.safetensors", onto: tensors) }
        }
        for task in tasks ?? self.tasks { try loadHead(task, of: model) }
        return model
    }

    private func loadHead(_ task: String, of model: Model) throws {
        let place = head(task)
        guard tasks.contains(task) else {
            throw ZooModelError(
                .notFound,
                "\(path) has no head for a task '\(task)'\(Suggestion.clause(for: task, among: tasks))"
            )
        }
        let definition = try TaskFile.read("\(place)/task.yaml")
        guard definition.task.name == task else {
            throw ZooModelError(.badData, "\(place)/task.yaml describes the task '\(definition.task.name)'")
        }
        let configuration = try HeadConfiguration(ConfigurationNode.read("\(place)/head.json"))
        if definition.task.kind.isMulticlass, configuration.classes.count < 2 {
            throw ZooModelError(.badData, "\(place)/head.json: a multi-class head needs its classes")
        }
        let features = definition.features.isEmpty ? nil : try FittedFeatures.read(from: place)
        let head = try model.addHead(definition.task, configuration, features: features)
        try TensorFile.load("\(place)/weights.safetensors", into: model.tensors(of: head))
    }
}
