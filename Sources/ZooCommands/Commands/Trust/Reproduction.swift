import OCI
import ZooModel
import ZooRegistry
import ZooTensor
import ZooTraining

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A model trained again from what it says of itself.
struct Reproduction {
    /// What came out, beside the original.
    struct Comparison: Encodable {
        /// Whether the manifest's digest is the same.
        let reproduced: Bool
        /// Whether all weight files are the same.
        let sameWeights: Bool
        /// The new manifest's digest.
        let digest: String
        /// The original's.
        let original: String
        /// What is different, most telling first.
        let differences: [String]
    }

    let document: ModelDocument
    /// The original's model directory.
    let original: String
    let workspace: String
    let cache: String
    let data: String
    let validation: String?
    let reading: ReadingArguments

    private var output: String { workspace + "/model" }

    /// Runs the recipe.
    func train(_ registry: ModelRegistry, progress: @escaping TrainingProgress) throws -> TrainingResult {
        let bytes = try JSONEncoder().encode(document.training.recipe)
        // JSON is YAML, and numbers keep their digits.
        let recipe = try Recipe.parse(String(decoding: bytes, as: UTF8.self), file: "the model's recipe")
        guard let mode = TrainingMode(rawValue: document.training.mode) else {
            throw CommandError(
                .badData,
                "the model was trained in a mode that this zoo does not know: \(document.training.mode)"
            )
        }
        return mode == .pretrain
            ? try pretrain(recipe, progress) : try fineTune(recipe, mode, registry, progress)
    }

    private func pretrain(_ recipe: Recipe, _ progress: @escaping TrainingProgress) throws -> TrainingResult {
        var options = Pretraining.Options(
            schemaFile: original + "/encoder/schema.yaml",
            dataFile: data,
            recipe: recipe,
            output: output
        )
        options.validationFile = validation
        options.threads = reading.threadCount
        options.maxBadRows = reading.maxBadRows
        options.cacheDirectory = cache
        return try Pretraining.run(options, progress: progress)
    }

    private func fineTune(
        _ recipe: Recipe,
        _ mode: TrainingMode,
        _ registry: ModelRegistry,
        _ progress: @escaping TrainingProgress
    ) throws -> TrainingResult {
        guard let task = document.tasks.first?.name else {
            throw CommandError(.badData, "the model names no task that it was fine-tuned for")
        }
        var options = FineTuning.Options(
            base: try base(registry),
            taskFile: "\(original)/heads/\(task)/task.yaml",
            dataFile: data,
            mode: mode,
            output: output
        )
        options.recipe = recipe
        if mode == .partial { options.thaw = try thawed(task) }
        options.validationFile = validation
        options.threads = reading.threadCount
        options.maxBadRows = reading.maxBadRows
        options.cacheDirectory = cache
        return try FineTuning.run(options, progress: progress)
    }

    /// The pinned base; a model trained from scratch took only the encoder's shape and vocabularies, which it has.
    private func base(_ registry: ModelRegistry) throws -> FineTuning.Base {
        guard let base = document.base else {
            return FineTuning.Base(directory: original, reference: document.name, digest: "")
        }
        guard let entry = try registry.entry(for: Digest(base.digest)) else {
            throw CommandError(
                .notFound,
                "the base \(base.reference)@\(base.digest) is not here; zoo pull \(base.reference), or import it"
            )
        }
        let directory = workspace + "/pinned"
        try registry.artifact(entry).unpack(into: directory)
        return FineTuning.Base(directory: directory, reference: base.reference, digest: base.digest)
    }

    /// The layers that a partial run trained: those whose weights its delta holds.
    private func thawed(_ task: String) throws -> [String] {
        let node = try ConfigurationNode.read("\(original)/deltas/\(task)/delta.json")
        let map = try node.mapping(["schemaVersion", "kind", "tensors"], of: "a delta")
        return try map.required("tensors").list().map { try $0.string() }
    }

    /// Publishes the outcome in a store of its own and compares it with the original.
    func compare(_ result: TrainingResult, _ registry: ModelRegistry, digest: String?) throws -> Comparison {
        var document = try ModelDocument(
            result,
            metrics: result.validation.map { TaskMetrics($0) },
            name: self.document.name,
            version: self.document.version,
            base: self.document.base
        )
        document.licences = self.document.licences
        let card = original + "/card.md"
        if FileManager.default.fileExists(atPath: card) {
            try? FileManager.default.removeItem(atPath: output + "/card.md")
            try FileManager.default.copyItem(atPath: card, toPath: output + "/card.md")
        }
        document = try ZooRegistry.ModelDirectory.write(document, into: output)
        let base = try document.base.flatMap { try registry.entry(for: Digest($0.digest)) }
        let scratch = try ModelRegistry(
            home: workspace + "/store",
            bundledPath: base.map { try registry.store(of: $0).path }
        )
        let outcome = try scratch.publish(directory: output, as: "again:1").digest.description
        let files = try (new: DirectoryFiles.digests(of: output), old: DirectoryFiles.digests(of: original))
        let changed = Set(files.new.keys).union(files.old.keys).filter { files.new[$0] != files.old[$0] }
            .map(\.text).sorted()
        return Comparison(
            reproduced: outcome == digest,
            sameWeights: !changed.contains { $0.hasSuffix(ZooRegistry.ModelDirectory.weightsFileName) },
            digest: outcome,
            original: digest ?? "",
            differences: differences(from: document) + changed
        )
    }

    /// What may explain that another model came out.
    private func differences(from new: ModelDocument) -> [String] {
        var differences: [String] = []
        func compare(_ what: String, _ old: String, _ new: String) {
            if old != new { differences.append("\(what): \(old) then, \(new) now") }
        }
        compare("instruction set", document.tool.instructionSet, new.tool.instructionSet)
        compare("zoo", document.tool.version, new.tool.version)
        compare("epochs", "\(document.training.epochs)", "\(new.training.epochs)")
        return differences
    }
}
