import Glibc
import OCI
import ZooArchive
import ZooFiles

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension ModelArtifact {
    /// Most bytes that the configuration files of one module may unpack to.
    static let configurationLimit = 4 << 30

    /// Writes the model directory; it appears whole or not at all.
    ///
    /// - Parameter path: a directory that does not exist or is empty; its parent must exist.
    /// - Throws: ``RegistryError``, `OCIError` and `ArchiveError` for what is damaged, hostile or in the way.
    public func unpack(into path: String) throws {
        try unpack(.all, into: path)
    }

    /// Writes a part of the model directory, with a `zoo.json` that describes that part.
    ///
    /// - Throws: as ``unpack(into:)``; ``RegistryError`` (`notFound`) for a head that the model does not have.
    package func unpack(_ selection: ModelSelection, into path: String) throws {
        try selection.check(self)
        var target = path
        while target.count > 1, target.hasSuffix("/") {
            target.removeLast()
        }
        let partial = "\(target).partial-\(getpid())-\(String(UInt32.random(in: 0...UInt32.max), radix: 36))"
        guard mkdir(partial, 0o755) == 0 else {
            throw FileError(path: partial, operation: "create")
        }
        do {
            for layer in layers where selection.contains(layer) {
                try unpack(layer, into: partial)
            }
            try selection.finish(document, in: partial)
            guard rename(partial, target) == 0 else {
                throw errno == ENOTEMPTY || errno == EEXIST || errno == ENOTDIR
                    ? RegistryError(.conflict, "\(target) exists and is no empty directory")
                    : FileError(path: target, operation: "create")
            }
        } catch {
            try? FileManager.default.removeItem(atPath: partial)
            throw error
        }
    }

    /// Unpacks one layer into a directory, checked against digest, size and the places it may write to.
    func unpack(_ layer: ModelLayer, into directory: String) throws {
        let blob = store.blobPath(layer.descriptor.digest)
        switch layer.role {
        case .document, .card:
            let bytes = try store.readBlob(layer.descriptor.digest, maxBytes: ModelDirectory.textLimit)
            try AtomicFile.write(bytes, to: "\(directory)/\(layer.path)")
        case .weights, .configuration:
            try store.readBlob(layer.descriptor) { _ in }
            let limit = layer.role.isWeights ? layer.descriptor.size : Self.configurationLimit
            let files = try ArchiveReader(path: blob, limits: ArchiveLimits(bytes: limit)).extract(into: directory)
            for file in files where !layer.allows(file) {
                throw RegistryError(
                    .invalid,
                    "the layer of \(layer.title) (\(layer.descriptor.digest)) holds \"\(file)\""
                )
            }
        }
    }
}

extension ModelLayer {
    /// Whether a file may come from this layer.
    func allows(_ file: String) -> Bool {
        switch role {
        case .weights: return file == "\(path)/\(ModelDirectory.weightsFileName)"
        case .configuration:
            guard file.hasPrefix("\(path)/"), let name = file.split(separator: "/").last else {
                return false
            }
            return ModuleName.isValid(name) && file == "\(path)/\(name)" && name != ModelDirectory.weightsFileName
        case .document, .card: return file == path
        }
    }
}
