import Glibc
import OCI
import ZooFiles
import ZooRegistry
import ZooTraining

/// A model that a command reads: unpacked from a store, or a directory as it is.
struct OpenedModel {
    /// The model directory.
    let directory: String
    /// `name:tag`, or the directory's path.
    let reference: String
    /// The manifest's digest; nil for a directory.
    let digest: String?

    /// Opens what `text` names: a model directory, where it starts with `.` or `/`; else a published model, or a
    /// directory of that name where there is no such model.
    ///
    /// - Throws: `RegistryError`, `OCIError`.
    init(_ text: String, store: StoreOptions, in workspace: borrowing ScratchDirectory) throws {
        if !text.hasPrefix("/"), !text.hasPrefix(".") {
            do {
                try self.init(published: text, store: store, in: workspace)
                return
            } catch let error as RegistryError where error.code == .notFound || error.code == .usage {
                guard access("\(text)/\(ModelDocument.fileName)", F_OK) == 0 else {
                    throw error
                }
            }
        }
        self.init(directory: try ZooRegistry.ModelDirectory(text).path, reference: text, digest: nil)
    }

    /// Unpacks a published model, every byte of it verified.
    init(published text: String, store: StoreOptions, in workspace: borrowing ScratchDirectory) throws {
        let registry = try store.registry()
        let entry = try registry.resolve(text)
        try Admission.check(entry, in: registry, text: text)
        let directory = workspace.path + "/base"
        try registry.artifact(entry).unpack(into: directory)
        let digest = entry.descriptor.digest.description
        self.init(directory: directory, reference: entry.reference ?? text, digest: digest)
    }

    private init(directory: String, reference: String, digest: String?) {
        self.directory = directory
        self.reference = reference
        self.digest = digest
    }

    /// Runs `body`; errors about files of an unpacked model name the model, not the place that nobody knows.
    func naming<Result>(_ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch let error as any ExitCodeProviding where digest != nil && error.description.contains(directory) {
            let text = error.description.replacing("\(directory)/", with: "\(reference): ")
            throw RenamedError(text.replacing(directory, with: reference), exitCode: error.exitCode)
        }
    }

    /// What fine-tuning starts from.
    var trainingBase: FineTuning.Base {
        FineTuning.Base(directory: directory, reference: reference, digest: digest ?? "")
    }

    /// What the new model's document pins.
    var documentBase: ModelDocument.Base? {
        digest.map { ModelDocument.Base(reference: reference, digest: $0) }
    }
}
