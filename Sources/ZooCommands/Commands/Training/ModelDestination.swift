import OCI
import ZooRegistry
import ZooTraining

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Where a training run's model goes: a tag of the store, a directory, or both.
struct ModelDestination {
    /// `name:tag`, or nil when nothing is published.
    let reference: String?
    private let name: String
    private let tag: String?
    private let arguments: TrainingArguments
    private let store: StoreOptions

    /// Checks the name before hours of training hang on it.
    ///
    /// - Throws: ``CommandError`` (`usage`) for what is no `NAME:TAG`.
    init(_ arguments: TrainingArguments, _ store: StoreOptions) throws {
        self.arguments = arguments
        self.store = store
        guard let publish = arguments.publish else {
            reference = nil
            tag = nil
            name = arguments.out.flatMap { $0.split(separator: "/").last.map(String.init) } ?? "model"
            return
        }
        let parsed: Reference
        do {
            parsed = try Reference(publish)
        } catch {
            throw CommandError(.usage, "--publish: \(error)")
        }
        guard parsed.registry == nil, parsed.digest == nil else {
            throw CommandError(.usage, "--publish takes NAME:TAG of your own store, not '\(publish)'")
        }
        name = parsed.name
        tag = parsed.tag
        reference = parsed.localName
    }

    /// Writes the document and the card into the model's directory, publishes it, and moves it where `--out` says.
    ///
    /// - Returns: the manifest's digest, or nil when nothing is published.
    func finish(_ result: TrainingResult, base: OpenedModel?) throws -> String? {
        let pinned = result.mode == .scratch ? nil : base?.documentBase
        var document = try ModelDocument(
            result,
            metrics: result.validation.map { TaskMetrics($0) },
            name: name,
            version: tag,
            base: pinned
        )
        document.licences = arguments.licences.isEmpty ? nil : arguments.licences
        let card = result.directory + "/card.md"
        do {
            if let text = arguments.card {
                try? FileManager.default.removeItem(atPath: card)
                try FileManager.default.copyItem(atPath: text, toPath: card)
            }
        } catch {
            throw CommandError(.inputOutput, "cannot copy the model card '\(arguments.card ?? "")'")
        }
        try ZooRegistry.ModelDirectory.write(document, into: result.directory)
        var digest: String?
        if let reference {
            digest = try store.registry().publish(directory: result.directory, as: reference, move: true)
                .digest.description
        }
        if let out = arguments.out {
            do {
                try FileManager.default.copyItem(atPath: result.directory, toPath: out)
            } catch {
                throw CommandError(.inputOutput, "cannot write the model directory '\(out)'")
            }
        }
        return digest
    }
}
