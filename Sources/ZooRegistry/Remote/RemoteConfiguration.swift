/// Which registries there are and how they may be reached, as the user's configuration file and flags say.
package struct RemoteConfiguration: Sendable, Equatable {
    /// Where references without a registry are looked for after the user's store: `HOST[:PORT][/PREFIX]`.
    package var defaultRegistry: String?
    /// Registries to pull from before the one that a reference names.
    package var mirrors: [String: [String]] = [:]
    /// Addresses of registries that do not answer at `https://HOST/v2/`.
    package var endpoints: [String: String] = [:]
    /// PEM files of the certificates to trust for a registry instead of the system's.
    package var authorities: [String: String] = [:]
    /// Proxies by HOST or HOST:PORT, or `direct`, where the environment's do not fit.
    package var proxies: [String: String] = [:]
    /// Registries that are spoken to without encryption.
    package var insecure: Set<String> = []
    /// Whether plain HTTP is allowed everywhere: `--insecure`.
    package var allowsPlain = false
    /// Whether no connection may be opened: `--offline`.
    package var isOffline = false

    package init() {}
}
