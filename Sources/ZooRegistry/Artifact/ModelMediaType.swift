/// Media types of a ModelPack artifact (CNCF model-spec v1).
package enum ModelMediaType {
    /// The manifest's `artifactType`.
    package static let manifest = "application/vnd.cncf.model.manifest.v1+json"
    package static let config = "application/vnd.cncf.model.config.v1+json"
    /// One module's `weights.safetensors` in a tar.
    package static let weights = "application/vnd.cncf.model.weight.v1.tar"
    /// One module's other files in a compressed tar.
    package static let moduleConfiguration = "application/vnd.cncf.model.weight.config.v1.tar+zstd"
    /// `zoo.json` as it is.
    package static let document = "application/vnd.cncf.model.weight.config.v1.raw"
    /// `card.md` as it is.
    package static let card = "application/vnd.cncf.model.doc.v1.raw"
}

/// Annotation keys that `zoo` writes and reads beside those of OCI.
package enum ModelAnnotation {
    /// The path inside the model directory: a file for raw and weight layers, a module for configuration layers.
    package static let filePath = "org.cncf.model.filepath"
}
