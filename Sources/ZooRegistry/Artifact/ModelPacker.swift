package import OCI
import ZooFiles

/// A model as it lies in a store after packing, before a tag points to it.
package struct PackedModel: Sendable {
    /// A layer and whether the store had it.
    package struct Layer: Sendable {
        package let layer: ModelLayer
        /// Whether the store grew by it.
        package let isNew: Bool
        /// Whether the base has the same content.
        package let isShared: Bool
    }

    package let descriptor: Descriptor
    package let manifest: Manifest
    package let layers: [Layer]
    /// Bytes by which the store grew, manifest and configuration included.
    package let growth: Int
}

/// Packs a model directory into a store: the same directory always becomes the same manifest.
struct ModelPacker {
    let directory: ModelDirectory
    let document: ModelDocument
    let lease: Lease
    /// The pinned base: its layers are reused where the content is the same, whatever compressed them.
    let base: ModelArtifact?

    /// Writes the blobs that the store lacks, then configuration and manifest.
    ///
    /// - Throws: ``RegistryError`` (`base`) where the encoder is not the base's; errors of reading and writing.
    func pack() throws -> PackedModel {
        var layers: [PackedModel.Layer] = []
        for (content, mediaType, filePath) in contents() {
            layers.append(try put(content, mediaType: mediaType, filePath: filePath))
        }
        if let base {
            try checkEncoder(layers.map(\.layer), of: base)
        }
        let config = ModelPackConfig(document, diffIDs: layers.map(\.layer.diffID.description))
        let configBytes = try DocumentJSON.encode(config, what: "model configuration")
        var growth = layers.reduce(0) { $0 + ($1.isNew ? $1.layer.descriptor.size : 0) }
        let configDescriptor = try put(configBytes, mediaType: ModelMediaType.config, growth: &growth)
        var annotations: Annotations = [:]
        annotations[Annotation.baseDigest] = document.base?.digest
        annotations[Annotation.baseName] = document.base?.reference
        let manifest = Manifest(
            artifactType: ModelMediaType.manifest,
            config: configDescriptor,
            layers: layers.map(\.layer.descriptor),
            annotations: annotations
        )
        var descriptor = try put(manifest.canonicalBytes, mediaType: MediaType.manifest, growth: &growth)
        descriptor.artifactType = ModelMediaType.manifest
        return PackedModel(descriptor: descriptor, manifest: manifest, layers: layers, growth: growth)
    }

    private func put(_ bytes: [UInt8], mediaType: String, growth: inout Int) throws -> Descriptor {
        let isThere = try lease.store.hasBlob(Digest.of(bytes), size: bytes.count)
        growth += isThere ? 0 : bytes.count
        return try lease.put(bytes, mediaType: mediaType)
    }

    /// The layers in their order: weights of encoder, deltas, heads; their configurations; document; card.
    private func contents() -> [(LayerContent, mediaType: String, filePath: String)] {
        func content(_ files: [String], _ form: LayerContent.Form) -> LayerContent {
            LayerContent(directory: directory.path, files: files, form: form)
        }
        var contents = directory.modules.map {
            (content([$0.weightsPath], .tar), mediaType: ModelMediaType.weights, filePath: $0.weightsPath)
        }
        for module in directory.modules {
            let files = module.configurationFiles.map { "\(module.path)/\($0)" }
            contents.append((content(files, .zstdTar), ModelMediaType.moduleConfiguration, module.path))
        }
        contents.append((content([ModelDocument.fileName], .raw), ModelMediaType.document, ModelDocument.fileName))
        if directory.hasCard {
            contents.append(
                (content([ModelDirectory.cardFileName], .raw), ModelMediaType.card, ModelDirectory.cardFileName)
            )
        }
        return contents
    }

    private func put(_ content: LayerContent, mediaType: String, filePath: String) throws -> PackedModel.Layer {
        let diff = try content.uncompressed.measure()
        let shared = base?.layers.first { $0.diffID == diff.digest && $0.descriptor.mediaType == mediaType }
        var descriptor: Descriptor
        let isNew: Bool
        if let shared, try lease.reuse(shared.descriptor.digest, size: shared.descriptor.size, verify: true) {
            descriptor = shared.descriptor
            isNew = false
        } else {
            let (digest, size) = content.form == .zstdTar ? try content.measure() : diff
            let isThere = try lease.store.hasBlob(digest, size: size)
            // A blob that is there may be damaged: then it is written again.
            if try !lease.reuse(digest, size: size, verify: true) {
                do {
                    let writer = try lease.writer()
                    try content.stream { try writer.write($0) }
                    try writer.commit(expecting: digest, size: size)
                } catch var error as FileError where error.isOutOfSpace {
                    // The writer has taken back what it had written.
                    error.unwritten = size
                    throw RegistryError(noRoomFor: filePath, in: lease.store, error)
                }
            }
            descriptor = Descriptor(mediaType: mediaType, digest: digest, size: size)
            isNew = !isThere
        }
        descriptor.annotations = [
            ModelAnnotation.filePath: filePath,
            Annotation.title: Self.title(of: filePath, mediaType: mediaType),
        ]
        let layer = try ModelLayer(descriptor, diffID: diff.digest)
        return PackedModel.Layer(layer: layer, isNew: isNew, isShared: shared != nil)
    }

    /// A flat file name for clients that save layers by title: `heads-income-weights.tar`.
    private static func title(of filePath: String, mediaType: String) -> String {
        switch mediaType {
        case ModelMediaType.weights:
            return filePath.replacing("/", with: "-").replacing(".safetensors", with: ".tar")
        case ModelMediaType.moduleConfiguration:
            return filePath.replacing("/", with: "-") + "-config.tar.zst"
        default:
            return filePath
        }
    }

    /// A fine-tune's `encoder/` is its base's to the byte; a changed encoder is kept as a delta.
    private func checkEncoder(_ layers: [ModelLayer], of base: ModelArtifact) throws {
        var parts: [ModelLayer.Role] = [.weights(.encoder), .configuration(.encoder)]
        if document.kind == .head {
            parts += [.weights(.delta), .configuration(.delta)]
        }
        for part in parts {
            let own = layers.filter { $0.role == part }
            let pinned = base.layers.filter { $0.role == part }
            guard own.map(\.diffID) == pinned.map(\.diffID), own.map(\.path) == pinned.map(\.path) else {
                let what = part.moduleKind == .delta ? "deltas" : "encoder"
                let name = document.base?.reference ?? "\(base.digest)"
                throw RegistryError(
                    .base,
                    "the \(what) in \(directory.path) \(what == "encoder" ? "is" : "are") not that of its base "
                        + "\(name)@\(base.digest): train on that base again (zoo pull \(name)), "
                        + "or publish changed weights as a delta"
                )
            }
        }
    }
}
