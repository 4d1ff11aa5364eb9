import ArgumentParser
import OCI
import OCIServer
import ZooFiles
import ZooJSON
import ZooWeb

/// `zoo serve`: the store as a registry.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Serve your store as an OCI registry.",
        discussion: """
            A browser shows the models at the same address.

            Examples:
              zoo serve                    # http://127.0.0.1:5000, for this machine
              zoo serve --listen 0.0.0.0:5000 --auth users \\
                --tls-cert chain.pem --tls-key key.pem

            Any OCI client can push and pull; what you publish here shows at once, and the
            other way. SIGTERM and Ctrl-C let requests end first. See docs/server.md for
            users, tokens, rights and quotas.
            """
    )

    @Option(
        name: .long,
        help: ArgumentHelp("Where to listen; port 0 takes a free one.", valueName: "host:port"),
        transform: ListenAddress.init
    )
    var listen = ListenAddress(host: "127.0.0.1", port: 5000)

    @Option(
        name: .long,
        help: ArgumentHelp("The store to serve (default: $ZOO_HOME, else ~/.zoo).", valueName: "dir"),
        completion: .directory
    )
    var root: String?

    @Option(
        name: .long,
        help: ArgumentHelp("Users and passwords, as htpasswd -B writes them.", valueName: "file"),
        completion: .file()
    )
    var auth: String?

    @Option(
        name: .long,
        help: ArgumentHelp("Bearer tokens and their rights, YAML.", valueName: "file"),
        completion: .file()
    )
    var tokens: String?

    @Option(
        name: .long,
        help: ArgumentHelp("Rights of users and quotas of repositories, YAML.", valueName: "file"),
        completion: .file()
    )
    var access: String?

    @Flag(name: .long, help: "Let everybody read without logging in.")
    var anonymousRead = false

    @Flag(name: .long, help: "Change nothing, whoever asks.")
    var readOnly = false

    @Flag(name: .long, help: "Take images although the repository lacks some of their blobs.")
    var acceptIncomplete = false

    @Option(name: .long, help: ArgumentHelp("Certificate chain, PEM.", valueName: "file"), completion: .file())
    var tlsCert: String?

    @Option(name: .long, help: ArgumentHelp("Private key, PEM.", valueName: "file"), completion: .file())
    var tlsKey: String?

    @Option(
        name: .long,
        help: ArgumentHelp("Remove uploads that nothing was added to for so long.", valueName: "seconds")
    )
    var uploadExpiry = 3600

    @Option(
        name: .long,
        help: ArgumentHelp("Close connections on which nothing moves for so long.", valueName: "seconds")
    )
    var idleTimeout = 60

    @Option(name: .long, help: ArgumentHelp("Connections at once.", valueName: "count"))
    var maxConnections = 1024

    @OptionGroup var store: StoreOptions

    func validate() throws {
        guard (tlsCert == nil) == (tlsKey == nil) else {
            throw ValidationError("--tls-cert and --tls-key go together")
        }
        guard !anonymousRead || auth != nil || tokens != nil || access != nil else {
            throw ValidationError(
                "--anonymous-read goes with --auth, --tokens or --access: without them everybody may write, too"
            )
        }
        guard root == nil || store.home == nil else { throw ValidationError("--root and --home name the same thing") }
        guard uploadExpiry >= 1, uploadExpiry <= LayoutStore.uploadLifetime else {
            throw ValidationError("--upload-expiry must be 1 to \(LayoutStore.uploadLifetime) seconds")
        }
        guard idleTimeout >= 1 else { throw ValidationError("--idle-timeout must be 1 or more") }
        guard maxConnections >= 1 else { throw ValidationError("--max-connections must be 1 or more") }
    }

    func run() async throws {
        let path = try root ?? store.homePath
        // Pages and registry share one index: of a large store it takes room.
        let index = IndexReader(try LayoutStore.open(at: path, create: !readOnly))
        let log = LogWriter()
        let pages = WebPages(index, hasLogins: auth != nil || tokens != nil)
        let server = try RegistryServer(index, configuration: configuration, log: log, pages: pages.answer)
        if server.isOpen, !listen.isLoopback {
            StandardError.warning(
                "everybody who reaches \(listen.host) may push and delete: there is no --auth, --tokens or --read-only"
            )
        }
        let scheme = tlsCert == nil ? "http" : "https"
        let listen = listen
        do {
            try await server.run { port in
                try? Output.line("serving \(TerminalText.escape(path)) at \(scheme)://\(listen.name):\(port)")
                try? Output.flush()
                Task {
                    do {
                        try await pages.prepare()
                    } catch {
                        log.write(["level": .string("error"), "message": .string("no search: \(error)")])
                    }
                }
            }
        } catch let error as any ExitCodeProviding {
            throw error
        } catch {
            throw CommandError(.inputOutput, "cannot serve at \(listen.name):\(listen.port)", cause: error)
        }
        log.flush()
    }

    private var configuration: RegistryConfiguration {
        var configuration = RegistryConfiguration()
        configuration.host = listen.host
        configuration.port = listen.port
        configuration.passwordFile = auth
        configuration.tokenFile = tokens
        configuration.accessFile = access
        configuration.anonymousRead = anonymousRead
        configuration.isReadOnly = readOnly
        configuration.acceptsIncomplete = acceptIncomplete
        if let tlsCert, let tlsKey { configuration.tls = (tlsCert, tlsKey) }
        configuration.uploadLifetime = uploadExpiry
        configuration.patience = idleTimeout
        configuration.connectionLimit = maxConnections
        return configuration
    }
}

/// A host and a port to listen on: `127.0.0.1:5000`, `[::1]:5000`, `:5000` for every address.
struct ListenAddress: Sendable {
    let host: String
    let port: Int

    init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    init(_ text: String) throws {
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else {
            throw ValidationError("\"\(text)\" is no HOST:PORT, such as 127.0.0.1:5000")
        }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
        } else if host.contains(":") {
            throw ValidationError("\"\(text)\": write an IPv6 address as [\(host)]:\(port)")
        }
        self.init(host: host.isEmpty ? "0.0.0.0" : String(host), port: Int(port))
    }

    /// Whether only this machine can connect.
    var isLoopback: Bool { host == "localhost" || host == "::1" || host.hasPrefix("127.") }

    /// The host as a URL has it.
    var name: String { host.contains(":") ? "[\(host)]" : host }
}
