import Glibc
import ZooFiles

/// A model directory, as training writes it: checked for shape, with nothing in it that publishing would not carry.
///
/// ```
/// DIR/zoo.json  DIR/card.md
/// DIR/encoder/{model.json, …, weights.safetensors}
/// DIR/deltas/NAME/{delta.json, …, weights.safetensors}
/// DIR/heads/TASK/{head.json, …, weights.safetensors}
/// ```
public struct ModelDirectory: Sendable {
    /// The weight file of every module.
    public static let weightsFileName = "weights.safetensors"
    /// The model card's file name.
    public static let cardFileName = "card.md"

    /// One module's directory.
    public struct Module: Sendable, Equatable {
        /// What it is.
        public let kind: ModuleKind
        /// Its path inside the model directory: `heads/income`.
        public let path: String
        /// Names of its files other than the weights, sorted by their bytes.
        public let configurationFiles: [String]

        /// The path of its weights inside the model directory.
        public var weightsPath: String { "\(path)/\(ModelDirectory.weightsFileName)" }
    }

    /// The directory.
    public let path: String
    /// Encoder, then deltas, then heads, each sorted by name.
    public let modules: [Module]
    /// Whether there is a model card.
    public let hasCard: Bool

    /// Looks a directory through without reading its files.
    ///
    /// - Throws: ``RegistryError`` naming the entry that is missing, or that has no place here.
    public init(_ path: String) throws {
        self.path = path
        let root = try Self.openDirectory(path)
        var modules: [Module] = []
        var hasCard = false
        for name in try root.names() {
            switch name {
            case ModelDocument.fileName:
                try Self.requireFile(name, in: root)
            case Self.cardFileName:
                try Self.requireFile(name, in: root)
                hasCard = true
            case "encoder":
                modules.append(try Self.module(.encoder, path: name, in: root))
            case "deltas", "heads":
                modules += try Self.modules(name == "heads" ? .head : .delta, parent: name, in: root)
            default:
                throw RegistryError(
                    .invalid,
                    "\(path)/\(name) has no place in a model directory (zoo.json, card.md, encoder, deltas, heads); "
                        + "move it out"
                )
            }
        }
        guard modules.contains(where: { $0.kind == .encoder }) else {
            throw RegistryError(.invalid, "\(path) has no encoder/: it is no model directory")
        }
        self.modules = ModuleKind.allCases.flatMap { kind in modules.filter { $0.kind == kind } }
        self.hasCard = hasCard
    }

    private static func openDirectory(_ path: String) throws -> OpenFile {
        do {
            return try OpenFile(path, flags: O_RDONLY | O_DIRECTORY)
        } catch let error as FileError where error.code == .notFound {
            throw RegistryError(.notFound, "there is no model directory \(path)")
        }
    }

    private static func modules(_ kind: ModuleKind, parent: String, in root: borrowing OpenFile) throws -> [Module] {
        try requireDirectory(parent, in: root)
        let directory = try root.directory(parent)
        return try directory.names().map { name in
            guard ModuleName.isValid(name) else {
                throw RegistryError(
                    .invalid,
                    "\(directory.path)/\(name): a module's name is letters, digits, '.', '_' and '-', "
                        + "at most \(ModuleName.lengthLimit)"
                )
            }
            return try module(kind, path: "\(parent)/\(name)", in: directory, name: name)
        }
    }

    private static func module(
        _ kind: ModuleKind,
        path: String,
        in parent: borrowing OpenFile,
        name: String? = nil
    ) throws -> Module {
        let name = name ?? path
        try requireDirectory(name, in: parent)
        let directory = try parent.directory(name)
        let files = try directory.names()
        for file in files {
            guard ModuleName.isValid(file) else {
                throw RegistryError(
                    .invalid,
                    "\(directory.path)/\(file): a file's name is letters, digits, '.', '_' and '-', "
                        + "at most \(ModuleName.lengthLimit)"
                )
            }
            try requireFile(file, in: directory)
        }
        for required in [weightsFileName, kind.configurationFile] where !files.contains(required) {
            throw RegistryError(.invalid, "\(directory.path) has no \(required)")
        }
        return Module(kind: kind, path: path, configurationFiles: files.filter { $0 != weightsFileName })
    }

    private static func requireFile(_ name: String, in directory: borrowing OpenFile) throws {
        guard try directory.status(of: name)?.kind == .file else {
            throw RegistryError(.invalid, "\(directory.path)/\(name) is no regular file")
        }
    }

    private static func requireDirectory(_ name: String, in directory: borrowing OpenFile) throws {
        guard try directory.status(of: name)?.kind == .directory else {
            throw RegistryError(.invalid, "\(directory.path)/\(name) is no directory")
        }
    }
}
