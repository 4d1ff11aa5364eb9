import Glibc
import OCI
import ZooFiles
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

    /// Checks tag and directory before hours of training hang on them.
    ///
    /// - Throws: ``CommandError`` (`usage`) and ``RegistryError`` for a name that is no `NAME:TAG`, a tag that exists
    ///   without `--move`, a directory that exists or cannot be made.
    init(_ arguments: TrainingArguments, _ store: StoreOptions) throws {
        self.arguments = arguments
        self.store = store
        if let out = arguments.out {
            try Self.checkDirectory(out)
        }
        guard let publish = arguments.publish else {
            reference = nil
            tag = nil
            name = arguments.out.map { FileLocation($0).name } ?? "model"
            return
        }
        try store.registry().checkTag(publish, move: arguments.move)
        let parsed = try Reference(publish)
        name = parsed.name
        tag = parsed.tag
        reference = parsed.localName
    }

    private static func checkDirectory(_ out: String) throws {
        guard access(out, F_OK) != 0 else {
            throw CommandError(.usage, "'\(out)' exists already; name a new directory with --out")
        }
        let parent = FileLocation(out).directory
        try OpenFile.makeDirectories(parent)
        guard access(parent, W_OK) == 0 else {
            throw FileError(path: out, operation: "create")
        }
    }

    /// Writes the document and the card into the model's directory, copies it where `--out` says, and publishes it.
    ///
    /// - Returns: what publishing did; nil when nothing is published.
    func finish(_ result: TrainingResult, base: OpenedModel?) throws -> Publication? {
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
        if let out = arguments.out {
            try copy(result.directory, to: out)
        }
        return try reference.map {
            try store.registry().publish(directory: result.directory, as: $0, move: arguments.move)
        }
    }

    /// Copies the model directory; it appears whole or not at all.
    private func copy(_ directory: String, to out: String) throws {
        let target = FileLocation(out)
        let scratch = try ScratchDirectory(in: target.directory, prefix: ".\(target.name).partial-")
        let copy = scratch.path + "/model"
        do {
            try FileManager.default.copyItem(atPath: directory, toPath: copy)
        } catch {
            throw CommandError(.inputOutput, "cannot write the model directory \(out)")
        }
        guard rename(copy, out) == 0 else {
            throw FileError(path: out, operation: "create")
        }
    }
}
