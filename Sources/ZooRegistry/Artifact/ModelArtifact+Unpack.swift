import Glibc
import OCI
import ZooArchive
import ZooFiles

extension ModelArtifact {
    /// Most bytes that the configuration files of one module may unpack to.
    static let configurationLimit = 4 << 30

    /// Writes the model directory; it appears whole or not at all.
    ///
    /// - Parameter path: a directory that does not exist or is empty; those above it are made.
    /// - Throws: ``RegistryError``, `OCIError` and `ArchiveError` for what is damaged, hostile or in the way.
    public func unpack(into path: String) throws {
        try unpack(.all, into: path)
    }

    /// Writes a part of the model directory, with a `zoo.json` that describes that part.
    ///
    /// - Throws: as ``unpack(into:)``; ``RegistryError`` (`notFound`) for a head that the model does not have.
    package func unpack(_ selection: ModelSelection, into path: String) throws {
        try selection.check(self)
        try Self.checkPlace(path)
        let target = FileLocation(path)
        try OpenFile.makeDirectories(target.directory)
        var partial = try ScratchDirectory(in: target.directory, prefix: ".\(target.name).partial-", mode: 0o755)
        for layer in layers where selection.contains(layer) {
            try unpack(layer, into: partial.path)
        }
        try selection.finish(document, in: partial.path)
        do {
            try partial.move(to: target.name)
        } catch let error as FileError where error.code == .alreadyExists {
            throw Self.taken(path)
        }
    }

    /// Makes sure that a model can be unpacked into a directory, before anything is fetched for it.
    ///
    /// - Throws: ``RegistryError``: `usage` for what cannot be a new directory's name, `conflict` where something is there.
    static func checkPlace(_ path: String) throws {
        guard !["", ".", ".."].contains(FileLocation(path).name) else {
            throw RegistryError(.usage, "\(path) cannot be the name of a new directory")
        }
        guard let status = FileStatus(of: path) else { return }
        guard status.kind == .directory, try OpenFile(path, flags: O_RDONLY | O_DIRECTORY).names().isEmpty else {
            throw taken(path)
        }
    }

    private static func taken(_ path: String) -> RegistryError {
        RegistryError(.conflict, "\(path) exists and is no empty directory")
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
