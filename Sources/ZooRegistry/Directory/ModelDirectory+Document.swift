import Glibc
import Safetensors
import ZooFiles

extension ModelDirectory {
    /// The longest `zoo.json` or card that is read.
    package static let textLimit = 4 << 20

    /// Reads `zoo.json`.
    ///
    /// - Throws: ``RegistryError`` naming the file and the member that is wrong.
    public func document() throws -> ModelDocument {
        let path = "\(self.path)/\(ModelDocument.fileName)"
        return try ModelDocument(parsing: try Self.readText(path), what: path)
    }

    /// The card's text, nil where there is none.
    public func card() throws -> String? {
        guard hasCard else {
            return nil
        }
        let path = "\(self.path)/\(Self.cardFileName)"
        guard let text = String(validating: try Self.readText(path), as: UTF8.self) else {
            throw RegistryError(.invalid, "\(path) is not UTF-8")
        }
        return text
    }

    /// What the weight files hold, by their headers: the document's `modules`.
    public func moduleDescriptions() throws -> [ModelDocument.Module] {
        try modules.map { module in
            let file = try SafetensorsFile(path: "\(path)/\(module.weightsPath)")
            return ModelDocument.Module(
                path: module.path,
                kind: module.kind,
                tensors: file.tensors.count,
                parameters: file.tensors.values.reduce(0) { $0 + $1.count }
            )
        }
    }

    /// Writes `zoo.json` into a model directory whose other files are there, with `modules` taken from them.
    ///
    /// - Returns: the document as written.
    /// - Throws: ``RegistryError`` if directory or document are not fit to publish.
    @discardableResult
    public static func write(_ document: ModelDocument, into path: String) throws -> ModelDocument {
        var document = document
        document.modules = try ModelDirectory(path).moduleDescriptions()
        try document.validate(what: "\(path)/\(ModelDocument.fileName)")
        let bytes = try DocumentJSON.encode(document, what: ModelDocument.fileName)
        try AtomicFile.write(bytes, to: "\(path)/\(ModelDocument.fileName)")
        return document
    }

    /// Checks what publishing relies on: the document is sound and describes exactly these modules.
    ///
    /// - Returns: the document.
    /// - Throws: ``RegistryError`` (`invalid`) naming what is wrong.
    @discardableResult
    public func validate() throws -> ModelDocument {
        let document = try document()
        let found = try moduleDescriptions()
        for module in found where !document.modules.contains(module) {
            guard let listed = document.modules.first(where: { $0.path == module.path }) else {
                throw RegistryError(.invalid, "\(path)/zoo.json does not list \(module.path)")
            }
            throw RegistryError(
                .invalid,
                "\(path)/zoo.json says \(module.path) holds \(listed.tensors) tensors with \(listed.parameters) "
                    + "parameters, but its weights hold \(module.tensors) with \(module.parameters)"
            )
        }
        for module in document.modules where !found.contains(where: { $0.path == module.path }) {
            throw RegistryError(.invalid, "\(path)/zoo.json lists \(module.path), which is not there")
        }
        for task in document.tasks where !found.contains(where: { $0.path == "heads/\(task.name)" }) {
            throw RegistryError(.invalid, "\(path): task \"\(task.name)\" has no heads/\(task.name)")
        }
        _ = try card()
        return document
    }

    private static func readText(_ path: String) throws -> [UInt8] {
        do {
            let file = try OpenFile(path, flags: O_RDONLY | O_NOFOLLOW)
            guard let bytes = try file.readAll(limit: textLimit) else {
                throw RegistryError(.invalid, "\(path) is longer than \(textLimit) bytes")
            }
            return bytes
        } catch let error as FileError where error.code == .notFound {
            throw RegistryError(.invalid, "\(path) is missing: training writes it")
        }
    }
}
