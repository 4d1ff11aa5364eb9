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

    /// Opens what `text` names; a path that starts with `.` or `/` is a model directory.
    ///
    /// - Throws: `RegistryError`, `OCIError`.
    init(_ text: String, store: StoreOptions, in workspace: borrowing ScratchDirectory) throws {
        guard text.hasPrefix("/") || text.hasPrefix(".") else {
            try self.init(published: text, store: store, in: workspace)
            return
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

    /// What fine-tuning starts from.
    var trainingBase: FineTuning.Base {
        FineTuning.Base(directory: directory, reference: reference, digest: digest ?? "")
    }

    /// What the new model's document pins.
    var documentBase: ModelDocument.Base? {
        digest.map { ModelDocument.Base(reference: reference, digest: $0) }
    }
}
