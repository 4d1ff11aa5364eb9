import NIOHTTP1

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Answers challenges, and remembers the answers: one token for each host, scheme, realm and set of scopes.
actor Authenticator {
    /// What a token is good for.
    private struct Key: Hashable {
        let host: String
        let scheme: String
        let realm: String
        let service: String?
        let scopes: [Scope]
    }

    private struct Token: Sendable {
        let value: String
        let expires: ContinuousClock.Instant
    }

    private let tokens: TokenFetcher
    private let credentials: any CredentialSource
    /// The last challenge of each host: later requests are answered before they are asked.
    private var challenges: [String: Challenge] = [:]
    private var cache: [Key: Token] = [:]
    private var fetches: [Key: Task<Token, any Error>] = [:]
    private var lookups: [String: Task<Credential?, any Error>] = [:]

    init(_ tokens: TokenFetcher, credentials: any CredentialSource) {
        self.tokens = tokens
        self.credentials = credentials
    }

    /// The `Authorization` of a request that nobody has challenged yet; nil where the host has asked for none so far.
    func authorization(for host: RegistryHost, scopes: [Scope]) async throws -> String? {
        guard let challenge = challenges[host.name] else { return nil }
        return try await answer(challenge, host, scopes, rejected: nil)
    }

    /// The `Authorization` that a challenge asks for.
    ///
    /// - Parameter rejected: what the challenged request carried; it is not given again.
    /// - Throws: ``ClientError`` `.unauthorized` where there is no better answer.
    func answer(_ offered: [Challenge], for host: RegistryHost, scopes: [Scope], rejected: String?) async throws
        -> String
    {
        guard
            let challenge = offered.first(where: { $0.scheme == "bearer" && $0.parameters["realm"] != nil })
                ?? offered.first(where: { $0.scheme == "basic" })
        else {
            let schemes = offered.map(\.scheme).joined(separator: ", ")
            throw ClientError(
                .unauthorized,
                "\(host.name) asks for authentication by \(schemes.isEmpty ? "nothing it names" : schemes); "
                    + "zoo knows Basic and Bearer"
            )
        }
        challenges[host.name] = challenge
        let wanted = scopes + Scope.parse(challenge.parameters["scope"] ?? "")
        let header = try await answer(challenge, host, wanted, rejected: rejected)
        guard header != rejected else {
            guard try await credential(for: host) != nil else { throw Self.missing(host) }
            throw ClientError(
                .unauthorized,
                credentials.isStored
                    ? "\(host.name) refuses the credentials stored for it; zoo login \(host.name)"
                    : "\(host.name) refuses this user name and password"
            )
        }
        return header
    }

    private func answer(
        _ challenge: Challenge,
        _ host: RegistryHost,
        _ scopes: [Scope],
        rejected: String?
    ) async throws -> String {
        guard challenge.scheme == "bearer", let realm = challenge.parameters["realm"] else {
            guard let credential = try await credential(for: host) else { throw Self.missing(host) }
            return credential.basicHeader
        }
        let key = Key(
            host: host.name,
            scheme: host.base.origin.scheme,
            realm: realm,
            service: challenge.parameters["service"],
            scopes: Scope.merge(scopes)
        )
        if let token = cache[key] {
            if token.expires > .now, "Bearer \(token.value)" != rejected { return "Bearer \(token.value)" }
            cache[key] = nil
        }
        return try await "Bearer \(fetch(key, host).value)"
    }

    /// The user's credential for a host, looked for once: a helper is a program to start, and may ask its user.
    private func credential(for host: RegistryHost) async throws -> Credential? {
        if let lookup = lookups[host.name] { return try await lookup.value }
        let credentials = credentials
        let lookup = Task { try await credentials.credential(for: host.name) }
        lookups[host.name] = lookup
        return try await lookup.value
    }

    private static func missing(_ host: RegistryHost) -> ClientError {
        ClientError(.unauthorized, "\(host.name) asks for credentials; zoo login \(host.name)")
    }

    /// Fetches a token; those who want the same one at the same time share the fetch.
    private func fetch(_ key: Key, _ host: RegistryHost) async throws -> Token {
        if let running = fetches[key] { return try await running.value }
        let task = Task {
            let grant = try await tokens.fetch(
                realm: key.realm,
                service: key.service,
                scopes: key.scopes,
                host: host,
                credential: credential(for: host)
            )
            return Token(value: grant.token, expires: .now + grant.life)
        }
        fetches[key] = task
        defer { fetches[key] = nil }
        let token = try await task.value
        cache[key] = token
        return token
    }
}
