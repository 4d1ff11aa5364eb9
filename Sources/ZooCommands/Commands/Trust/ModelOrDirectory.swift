import Glibc
import OCI
import ZooRegistry

/// What `zoo sign` and `zoo verify` are about: a model of a store, or a directory.
enum ModelOrDirectory {
    case model(ModelRegistry.Entry)
    case directory(String)

    /// A path that starts with `.` or `/` is a directory; another text is a reference, or a directory of that name
    /// where no model has it.
    ///
    /// - Parameter isDetached: whether its signature is a file, as that of a directory must be: a name without a tag that
    ///   a model and a directory share is refused then, lest one be taken for the other.
    init(_ text: String, isDetached: Bool, in registry: ModelRegistry) throws {
        guard !text.hasPrefix("."), !text.hasPrefix("/") else {
            self = .directory(text)
            return
        }
        do {
            let entry = try registry.resolve(text)
            guard !isDetached || text.contains(":") || text.contains("@") || !Self.isDirectory(text) else {
                let model = entry.reference ?? "\(entry.descriptor.digest)"
                throw CommandError(.usage, "\(text) is a model and a directory here; say \(model) or ./\(text)")
            }
            self = .model(entry)
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
