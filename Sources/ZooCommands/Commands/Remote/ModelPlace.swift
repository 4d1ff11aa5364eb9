import OCI
import ZooRegistry

/// Where the model is that a reference on the command line names.
enum ModelPlace {
    /// In the user's store or the bundled zoo.
    case here(ModelRegistry.Entry)
    /// In a registry, to be reached as configured.
    case remote(RemoteReference, RemoteConfiguration)

    /// Looks at hand first. A reference that names a registry means that one; another one that is not at hand means the
    /// default registry, where the configuration has one.
    init(_ text: String, _ registry: ModelRegistry, _ options: RemoteOptions, home: String) throws {
        if let reference = try? Reference(text), reference.registry != nil {
            let configuration = try options.configuration(home: home)
            guard let remote = try RemoteReference(text, defaultRegistry: nil) else {
                throw CommandError(.usage, "\(text) names no registry")
            }
            self = .remote(remote, configuration)
            return
        }
        do {
            self = .here(try registry.resolve(text))
        } catch let error as RegistryError where error.code == .notFound {
            if text.contains("."), RemotePlace.isRegistry(text) {
                throw CommandError(.notFound, "no model \(text); for one in that registry say \(text)/NAME[:TAG]")
            }
            let configuration = try options.configuration(home: home)
            guard !configuration.isOffline,
                let remote = try? RemoteReference(text, defaultRegistry: configuration.defaultRegistry)
            else { throw error }
            self = .remote(remote, configuration)
        }
    }
}
