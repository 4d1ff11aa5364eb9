import NIOHTTP1
import ZooJSON

/// Fetches tokens from the service that a Bearer challenge names (Distribution's token specification).
struct TokenFetcher: Sendable {
    /// A token and how long it may be used.
    struct Grant: Sendable {
        let token: String
        let life: Duration
    }

    /// The life of a token that says nothing of it.
    static let defaultLife = 60
    private static let answerLimit = 1 << 20
    private static let redirectLimit = 5

    let transport: HTTPTransport
    let retry: RetryPolicy

    /// Fetches a token, with the user's credential if there is one.
    ///
    /// - Throws: ``ClientError``: `.insecure` for a realm that must not see credentials, `.unauthorized` if the service
    ///   refuses, `.invalid` for an answer without a token.
    func fetch(
        realm: String,
        service: String?,
        scopes: [Scope],
        host: RegistryHost,
        credential: Credential?
    ) async throws -> Grant {
        guard let address = HTTPAddress(realm) else {
            throw ClientError(.invalid, "\(host.name) names a token service that is no address")
        }
        // A registry must not make a client send credentials in the clear, to whomever it likes.
        let home = host.base.origin
        guard
            address.origin.scheme == "https" || address.origin.scheme == home.scheme && address.origin.host == home.host
        else {
            throw ClientError(
                .insecure,
                "\(host.name) sends clients to \(address.display) for tokens, which is neither https nor the registry's "
                    + "own host; refused"
            )
        }
        var exchange = HTTPExchange(method: .GET, address: address, authorityFile: host.authorityFile)
        switch credential?.secret {
        case .identityToken(let token)?:
            exchange = form(address, service: service, scopes: scopes, refreshToken: token, host)
        case .password?, nil:
            if let service { exchange.address = exchange.address.appending(query: "service", service) }
            for scope in scopes {
                exchange.address = exchange.address.appending(query: "scope", scope.description)
            }
            if let credential { exchange.headers.add(name: "authorization", value: credential.basicHeader) }
        }
        return try await send(exchange, host)
    }

    private func form(
        _ address: HTTPAddress,
        service: String?,
        scopes: [Scope],
        refreshToken: String,
        _ host: RegistryHost
    ) -> HTTPExchange {
        let fields = [
            ("grant_type", "refresh_token"), ("client_id", "zoo"), ("service", service ?? ""),
            ("scope", scopes.map(\.description).joined(separator: " ")), ("refresh_token", refreshToken),
        ]
        let text = fields.map { "\($0)=\(HTTPAddress.encode($1))" }.joined(separator: "&")
        return HTTPExchange(
            method: .POST,
            address: address,
            headers: ["content-type": "application/x-www-form-urlencoded"],
            body: .bytes(Array(text.utf8)),
            authorityFile: host.authorityFile
        )
    }

    private func send(_ first: HTTPExchange, _ host: RegistryHost) async throws -> Grant {
        var exchange = first
        var redirects = 0
        var attempt = 0
        while true {
            let answer: HTTPAnswer
            do {
                answer = try await transport.send(exchange)
            } catch let error as ClientError where error.isTransient && attempt + 1 < retry.attempts {
                try await Task.sleep(for: retry.delay(after: attempt))
                attempt += 1
                continue
            }
            switch answer.status {
            case 200: return try Self.grant(try await answer.collect(limit: Self.answerLimit), exchange)
            case 301, 302, 303, 307, 308:
                await answer.drain()
                redirects += 1
                guard redirects <= Self.redirectLimit, first.method == .GET else {
                    throw ClientError(.invalid, "\(first.address.display) redirects too often")
                }
                exchange = try exchange.redirected(to: answer.header("location"))
            case 401, 403, 400:
                await answer.drain()
                throw ClientError(
                    .unauthorized,
                    "\(first.address.display) gives no token for \(host.name) (status \(answer.status)); "
                        + "zoo login \(host.name)"
                )
            case let status where RetryPolicy.isTransient(status) && attempt + 1 < retry.attempts:
                let wait = RetryPolicy.retryAfter(answer.header("retry-after"))
                await answer.drain()
                let delay = max(wait ?? .zero, retry.delay(after: attempt))
                guard delay <= retry.longestWait else {
                    throw ClientError(.unavailable, "\(first.address.display) asks to come back in \(delay)")
                }
                try await Task.sleep(for: delay)
                attempt += 1
            default:
                await answer.drain()
                throw ClientError(.unavailable, "\(first.address.display) answers with status \(answer.status)")
            }
        }
    }

    /// What a token service answers.
    static func grant(_ bytes: [UInt8], _ exchange: HTTPExchange) throws -> Grant {
        let value = try? JSONValue(parsing: bytes)
        let texts = [value?[key: "token"], value?[key: "access_token"]].compactMap { value -> String? in
            if case .string(let text)? = value, !text.isEmpty { text } else { nil }
        }
        guard let token = texts.first, token.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw ClientError(.invalid, "\(exchange.address.display) answers without a token")
        }
        var seconds = defaultLife
        if case .number(let text)? = value?[key: "expires_in"], let number = Double(text), number >= 1 {
            seconds = max(defaultLife, Int(min(number, 86_400)))
        }
        // Renewed a little early, so that none expires on its way.
        return Grant(token: token, life: .seconds(seconds) * 0.9)
    }
}
