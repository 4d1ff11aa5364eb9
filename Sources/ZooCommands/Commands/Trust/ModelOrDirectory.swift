import Glibc
import ZooRegistry

/// What `zoo sign` and `zoo verify` are about: a model of a store, or a directory.
enum ModelOrDirectory {
    case model(ModelRegistry.Entry)
    case directory(String)

    /// A path that starts with `.` or `/` is a directory; another text is a reference, or a directory of that name
    /// where no model has it.
    init(_ text: String, in registry: ModelRegistry) throws {
        guard !text.hasPrefix("."), !text.hasPrefix("/") else {
            self = .directory(text)
            return
        }
        do {
            self = .model(try registry.resolve(text))
        } catch let error as RegistryError where error.code == .notFound || error.code == .usage {
            guard Self.isDirectory(text) else { throw error }
            self = .directory(text)
        }
    }

    private static func isDirectory(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }
}
