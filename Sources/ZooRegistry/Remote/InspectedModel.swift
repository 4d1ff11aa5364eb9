import Glibc
import OCI
import OCIClient
package import Safetensors
import ZooFiles

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A model of which only the small documents, and pieces of its layers, are read.
package struct InspectedModel: Sendable {
    /// The model; of one in a registry, only its small documents are in the store behind it.
    package let artifact: ModelArtifact
    /// Where it was found, for one in a registry.
    package let reference: RemoteReference?
    private let piece: @Sendable (ModelLayer, Range<Int>) async throws -> [UInt8]
    /// Keeps the documents of a model in a registry while it is looked at.
    private let scratch: ScratchStore?

    /// A model of the user's store or the bundled zoo.
    package init(_ artifact: ModelArtifact) {
        self.artifact = artifact
        reference = nil
        scratch = nil
        piece = { layer, range in
            let file = try artifact.store.openBlob(layer.descriptor.digest)
            var bytes = [UInt8](repeating: 0, count: range.count)
            let count = bytes.withUnsafeMutableBytes {
                pread(file.descriptor, $0.baseAddress, $0.count, off_t(range.lowerBound))
            }
            guard count == range.count else { throw FileError(path: file.path, operation: "read", number: EIO) }
            return bytes
        }
    }

    fileprivate init(_ model: RemoteModel, scratch: ScratchStore) {
        artifact = model.artifact
        reference = model.reference
        self.scratch = scratch
        piece = { layer, range in
            try await model.client.blobPiece(model.reference.repository, layer.descriptor.digest, range: range)
        }
    }

    /// The tensors of a weights layer, by the head of its file.
    package func tensors(_ layer: ModelLayer) async throws -> [String: TensorInfo] {
        do {
            return try await WeightsHead.tensors(size: layer.descriptor.size) { try await piece(layer, $0) }
        } catch let error as RegistryError {
            throw RegistryError(
                error.code,
                "the layer of \(layer.title) (\(layer.descriptor.digest)): \(error.message)"
            )
        } catch let error as SafetensorsError {
            throw RegistryError(.invalid, "the layer of \(layer.title) (\(layer.descriptor.digest))", cause: error)
        }
    }

    /// The tensors of every weights layer, by the module's path.
    package func tensors() async throws -> [String: [String: TensorInfo]] {
        try await withThrowingTaskGroup(of: (String, [String: TensorInfo]).self) { group in
            for layer in artifact.layers where layer.role.isWeights {
                group.addTask { (layer.path, try await tensors(layer)) }
            }
            return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
    }
}

extension RemoteSession {
    /// Fetches what describes a model in a registry, and nothing else.
    package func inspect(_ reference: RemoteReference) async throws -> InspectedModel {
        let scratch = try ScratchStore()
        let lease = try scratch.store.lease()
        defer { lease.end() }
        return InspectedModel(try await model(reference, with: lease), scratch: scratch)
    }
}

/// A store in the directory for temporary files, gone with the value.
private final class ScratchStore: Sendable {
    let store: LayoutStore

    init() throws {
        let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        let path = "\(parent)/zoo-\(getpid())-\(String(UInt64.random(in: 0...UInt64.max), radix: 36))"
        guard mkdir(path, 0o700) == 0 else { throw FileError(path: path, operation: "create") }
        store = try LayoutStore.open(at: path, create: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: store.path) }
}
