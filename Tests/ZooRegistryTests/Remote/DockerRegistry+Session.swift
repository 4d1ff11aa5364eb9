import OCIClient
import RegistryPeer
import Testing
import ZooRegistry

extension DockerRegistry {
    /// What it asks for where it asks for a password.
    static var credential: Credential { Credential(user: user, secret: .password(password)) }
}

extension RegistryAtHand {
    /// Runs `body` with connections that end with it.
    func session<Result: Sendable>(
        _ configuration: RemoteConfiguration = RemoteConfiguration(),
        credentials: any CredentialSource = NoCredentials(),
        _ body: (RemoteSession) async throws -> Result
    ) async throws -> Result {
        var options = ClientOptions()
        options.retry.base = .milliseconds(5)
        // Other tests may keep every thread busy for minutes.
        options.connectTimeout = .seconds(600)
        options.idleTimeout = .seconds(600)
        return try await RemoteSession.run(configuration, credentials: credentials, options: options, body)
    }

    func reference(_ text: String) throws -> RemoteReference {
        try #require(try RemoteReference("\(host)/\(text)", defaultRegistry: nil))
    }
}
