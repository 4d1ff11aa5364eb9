import ArgumentParser
import OCIClient
import ZooFiles
import ZooRegistry

/// How registries are reached: `--offline`, `--insecure`, the configuration file.
struct RemoteOptions: ParsableArguments {
    @Flag(name: .long, help: "Open no connection: what is not here is not found (also $ZOO_OFFLINE=1).")
    var offline = false

    @Flag(name: .long, help: "Speak plain HTTP to registries; this machine's own are spoken to so anyway.")
    var insecure = false

    init() {}

    /// The user's configuration with these flags applied.
    ///
    /// - Parameter home: the store's directory, whose `config.yaml` comes before that of `$XDG_CONFIG_HOME/zoo`.
    func configuration(home: String) throws -> RemoteConfiguration {
        var configuration = try RemoteConfiguration.read(home: home)
        configuration.isOffline = offline || ["1", "true", "yes"].contains(Terminal.environment("ZOO_OFFLINE") ?? "")
        configuration.allowsPlain = insecure
        return configuration
    }

    /// Warns of repositories and models that a listing lacks since the registry cannot give them.
    static func warn(_ faults: [ClientError]) {
        guard let first = faults.first else { return }
        StandardError.warning(
            faults.count == 1
                ? "left out, as it cannot be read: \(first)"
                : "\(faults.count) left out, as they cannot be read; the first: \(first)"
        )
    }

    /// Runs `body` with connections that end with it.
    func run<Result: Sendable>(
        _ configuration: RemoteConfiguration,
        _ body: (RemoteSession) async throws -> Result
    ) async throws -> Result {
        var options = ClientOptions()
        options.proxies = ProxySettings(environment: Terminal.environment, hosts: configuration.proxies)
        return try await RemoteSession.run(
            configuration,
            credentials: CredentialStore(environment: Terminal.environment),
            options: options,
            body
        )
    }
}

extension RemoteConfiguration {
    /// Reads `config.yaml` in the store, else in `$XDG_CONFIG_HOME/zoo` (`~/.config/zoo`); none is an empty one.
    static func read(home: String) throws -> RemoteConfiguration {
        let user =
            Terminal.environment("XDG_CONFIG_HOME").flatMap { $0.isEmpty ? nil : $0 }
            ?? Terminal.environment("HOME").map { "\($0)/.config" }
        for path in ["\(home)/config.yaml"] + (user.map { ["\($0)/zoo/config.yaml"] } ?? []) {
            if let configuration = try read(path) { return configuration }
        }
        return RemoteConfiguration()
    }
}
