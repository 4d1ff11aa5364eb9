package import OCIClient
import Synchronization

/// The connections of one command to any number of registries; none is opened before it is needed.
package final class RemoteSession: Sendable {
    /// Which registries there are.
    package let configuration: RemoteConfiguration
    private let transport: HTTPTransport
    private let credentials: any CredentialSource
    private let options: ClientOptions
    private let ignoredMirrors = Mutex<Set<String>>([])
    /// One client a registry: they remember tokens.
    private let clients = Mutex<[String: RegistryClient]>([:])

    private init(
        _ configuration: RemoteConfiguration,
        credentials: any CredentialSource,
        options: ClientOptions
    ) {
        self.configuration = configuration
        self.credentials = credentials
        self.options = options
        transport = HTTPTransport(options)
    }

    /// Runs `body` with a session whose connections end with it.
    package static func run<Result: Sendable>(
        _ configuration: RemoteConfiguration,
        credentials: any CredentialSource,
        options: ClientOptions = ClientOptions(),
        _ body: (RemoteSession) async throws -> Result
    ) async throws -> Result {
        let session = RemoteSession(configuration, credentials: credentials, options: options)
        do {
            let result = try await body(session)
            try await session.transport.shutdown()
            return result
        } catch {
            try? await session.transport.shutdown()
            throw error
        }
    }

    /// The client of a registry.
    ///
    /// - Parameter credentials: instead of the stored ones, for trying them out.
    /// - Throws: ``RegistryError`` (`notFound`) where nothing may be opened; `ClientError` for what is no registry.
    package func client(_ registry: String, credentials: (any CredentialSource)? = nil) throws -> RegistryClient {
        guard !configuration.isOffline else {
            throw RegistryError(.notFound, "\(registry) would have to be asked, but --offline forbids it")
        }
        let host = try RegistryHost(
            registry,
            endpoint: configuration.endpoints[registry],
            allowsPlain: configuration.allowsPlain || configuration.insecure.contains(registry),
            authorityFile: configuration.authorities[registry]
        )
        if let credentials {
            return RegistryClient(host, transport: transport, credentials: credentials, options: options)
        }
        return clients.withLock { clients in
            if let client = clients[registry] { return client }
            let client = RegistryClient(host, transport: transport, credentials: self.credentials, options: options)
            clients[registry] = client
            return client
        }
    }

    /// The registries to pull from for a reference to `registry`, mirrors first.
    func sources(of registry: String) -> [String] {
        let ignored = ignoredMirrors.withLock { $0 }
        return (configuration.mirrors[registry] ?? []).filter { !ignored.contains($0) } + [registry]
    }

    /// Asks a mirror no more in this session: it is down or knows less, and the registry itself decides.
    func ignore(_ mirror: String, after error: ClientError) {
        guard error.code != .notFound else { return }
        ignoredMirrors.withLock { _ = $0.insert(mirror) }
    }
}
