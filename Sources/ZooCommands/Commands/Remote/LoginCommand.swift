import ArgumentParser
import OCIClient
import ZooRegistry

/// `zoo login`: checks credentials for a registry and keeps them.
struct LoginCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "login",
        abstract: "Check credentials for a registry and keep them.",
        discussion: """
            They are kept where docker and podman keep theirs: in the credential helper
            that ~/.docker/config.json names, else in that file ($REGISTRY_AUTH_FILE names
            another), readable for you alone.

            Examples:
              zoo login registry.example.com -u alice               # asks for the password
              zoo login ghcr.io -u alice --password-stdin < token
            """
    )

    @Argument(help: ArgumentHelp("HOST or HOST:PORT; your default registry if not given.", valueName: "registry"))
    var registry: String?

    @Option(name: [.short, .long], help: ArgumentHelp("The user's name; asked for if not given.", valueName: "name"))
    var username: String?

    @Flag(name: .long, help: "Read the password from standard input.")
    var passwordStdin = false

    @OptionGroup var remote: RemoteOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var store: StoreOptions

    func run() async throws {
        let configuration = try remote.configuration(home: store.homePath)
        let host = try RegistryArgument.host(registry, configuration)
        let user = try username ?? SecretPrompt.line("user name for \(host): ", isSecret: false, option: "--username")
        guard !user.contains(":") else {
            throw CommandError(.usage, "a user name has no colon: registries take what follows one for the password")
        }
        let password =
            try passwordStdin
            ? SecretPrompt.standardInput()
            : SecretPrompt.line(
                "password for \(user) at \(host): ",
                isSecret: true,
                option: "--password-stdin"
            )
        let credential = Credential(user: user, secret: .password(password))
        try await remote.run(configuration) { session in
            try await session.client(host, credentials: FixedCredential(credential, for: host)).check()
        }
        let place = try await CredentialStore(environment: Terminal.environment).store(credential, for: host)
        if output.format == .json {
            try Output.json(LoginDocument(registry: host, username: user, stored: place))
        } else if !output.quiet {
            try Output.line(TerminalText.escape("logged in to \(host) as \(user); kept in \(place)"))
        }
    }
}

/// `zoo logout`: forgets the credentials for a registry.
struct LogoutCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "logout",
        abstract: "Forget the credentials for a registry.",
        discussion: """
            Example:
              zoo logout registry.example.com
            """
    )

    @Argument(help: ArgumentHelp("HOST or HOST:PORT; your default registry if not given.", valueName: "registry"))
    var registry: String?

    @OptionGroup var output: OutputOptions
    @OptionGroup var store: StoreOptions

    func run() async throws {
        let host = try RegistryArgument.host(registry, RemoteConfiguration.read(home: store.homePath))
        guard try await CredentialStore(environment: Terminal.environment).erase(host) else {
            throw CommandError(.notFound, "no credentials for \(host) are stored")
        }
        if output.format == .json {
            try Output.json(LoginDocument(registry: host, username: nil, stored: nil))
        } else if !output.quiet {
            try Output.line(TerminalText.escape("logged out of \(host)"))
        }
    }
}

private struct LoginDocument: Encodable {
    let registry: String
    let username: String?
    let stored: String?
}

/// A registry on the command line.
enum RegistryArgument {
    /// The host that `text`, or else the configuration, names; a scheme before it is what people paste.
    static func host(_ text: String?, _ configuration: RemoteConfiguration) throws -> String {
        guard var host = text ?? configuration.defaultRegistry.map({ RemotePlace($0).registry }) else {
            throw CommandError(.usage, "which registry? name one, or set registry: in config.yaml")
        }
        host = withoutScheme(host)
        while host.hasSuffix("/") { host.removeLast() }
        guard RemotePlace.isRegistry(host) else {
            throw CommandError(.usage, "\"\(host)\" is no registry: HOST.DOMAIN, HOST:PORT or localhost")
        }
        return host
    }

    /// A registry, or a place in one, as references have it.
    static func withoutScheme(_ text: String) -> String {
        let scheme = ["https://", "http://"].first(where: text.hasPrefix) ?? ""
        return String(text.dropFirst(scheme.count))
    }
}
