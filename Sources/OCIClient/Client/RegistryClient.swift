import NIOHTTP1

/// A client of one OCI registry (Distribution specification v1.1).
package struct RegistryClient: Sendable {
    /// The registry.
    package let host: RegistryHost
    let transport: HTTPTransport
    let authenticator: Authenticator
    let options: ClientOptions

    static let redirectLimit = 5
    private static let errorLimit = 64 << 10

    /// Makes a client; nothing is sent before it is used.
    ///
    /// - Parameters:
    ///   - transport: shared by any number of clients; who made it shuts it down.
    ///   - credentials: where credentials come from when the registry asks for them.
    package init(
        _ host: RegistryHost,
        transport: HTTPTransport,
        credentials: any CredentialSource = NoCredentials(),
        options: ClientOptions = ClientOptions()
    ) {
        self.host = host
        self.transport = transport
        self.options = options
        authenticator = Authenticator(
            TokenFetcher(transport: transport, retry: options.retry),
            credentials: credentials
        )
    }

    /// Asks whether the registry is one and takes the credentials, as `zoo login` does.
    ///
    /// - Throws: ``ClientError``.
    package func check() async throws {
        let answer = try await send(.init(.GET, host.address("")), scopes: [])
        guard answer.status == 200 else { throw await failure(answer) }
        try await refusePage(answer)
        await answer.drain()
    }

    /// Makes sure that an answer is for programs: a web server, or a proxy that wants people to log in, answers with 200
    /// and a page.
    ///
    /// - Throws: ``ClientError`` `.invalid`.
    func refusePage(_ answer: HTTPAnswer) async throws {
        guard answer.status == 200, answer.header("content-type")?.lowercased().hasPrefix("text/html") == true else {
            return
        }
        await answer.drain()
        throw ClientError(.invalid, "\(answer.request.display) is answered with a web page; is there a registry?")
    }

    /// Sends a request: answers challenges, follows redirects, repeats what failed for the moment.
    ///
    /// A body from a file is not sent twice by this function, since the server may have kept a part of it.
    /// - Returns: the last answer, whatever its status.
    func send(_ request: Request, scopes: [Scope]) async throws -> HTTPAnswer {
        var exchange = HTTPExchange(request, host)
        var attempt = 0
        var challenges = 0
        var redirects = 0
        var answered: String?
        while true {
            var authorization: String?
            if exchange.address.origin == host.base.origin {
                if let answered {
                    authorization = answered
                } else {
                    authorization = try await authenticator.authorization(for: host, scopes: scopes)
                }
            }
            exchange.headers.remove(name: "authorization")
            if let authorization { exchange.headers.add(name: "authorization", value: authorization) }
            let answer: HTTPAnswer
            do {
                answer = try await transport.send(exchange)
            } catch let error as ClientError
                where error.isTransient && exchange.isRepeatable && attempt + 1 < options.retry.attempts
            {
                try await Task.sleep(for: options.retry.delay(after: attempt))
                attempt += 1
                exchange = HTTPExchange(request, host)
                continue
            }
            switch answer.status {
            case 401 where exchange.address.origin == host.base.origin:
                challenges += 1
                guard challenges <= 2 else { throw await failure(answer) }
                let offered = Challenge.parse(answer.headers("www-authenticate"))
                await answer.drain()
                answered = try await authenticator.answer(
                    offered,
                    for: host,
                    scopes: scopes,
                    rejected: authorization
                )
                guard exchange.isRepeatable else {
                    throw ClientError(.unavailable, "\(exchange.display): the registry asked for a new token midway")
                }
            case 301, 302, 303, 307, 308:
                guard let location = answer.header("location") else { return answer }
                await answer.drain()
                redirects += 1
                guard redirects <= Self.redirectLimit else {
                    throw ClientError(
                        .invalid,
                        "\(request.method.rawValue) \(request.address.display) redirects too often"
                    )
                }
                guard exchange.method == .GET || exchange.method == .HEAD || answer.status >= 307 else {
                    throw ClientError(.invalid, "\(exchange.display) is redirected with status \(answer.status)")
                }
                exchange = try exchange.redirected(to: location)
            case let status
            where RetryPolicy.isTransient(status) && exchange.isRepeatable && attempt + 1 < options.retry.attempts:
                try await wait(answer, attempt)
                attempt += 1
                exchange = HTTPExchange(request, host)
            default:
                return answer
            }
        }
    }

    /// Waits as long as the answer asks, or as the policy says if that is longer.
    private func wait(_ answer: HTTPAnswer, _ attempt: Int) async throws {
        let asked = RetryPolicy.retryAfter(answer.header("retry-after")) ?? .zero
        await answer.drain()
        guard asked <= options.retry.longestWait else {
            throw ClientError(.unavailable, "\(host.name) asks to come back in \(asked)")
        }
        try await Task.sleep(for: max(asked, options.retry.delay(after: attempt)))
    }

    /// What the registry says of an error, in one line; empty where it says nothing.
    func said(in answer: HTTPAnswer) async -> String {
        ErrorDocument.text((try? await answer.collect(limit: Self.errorLimit)) ?? [])
    }

    /// The error that an unexpected answer means, with what the registry says of it.
    func failure(_ answer: HTTPAnswer) async -> ClientError {
        failure(answer, await said(in: answer))
    }

    /// As above, where what the registry says has been read.
    func failure(_ answer: HTTPAnswer, _ detail: String) -> ClientError {
        let what = "\(answer.request.display): status \(answer.status)\(detail.isEmpty ? "" : ", \(detail)")"
        switch answer.status {
        case 401: return ClientError(.unauthorized, "\(what); zoo login \(host.name)")
        case 403:
            // The answer to HEAD has no body that would say so.
            return ClientError(.denied, detail.isEmpty ? "\(what), the credentials do not allow it" : what)
        case 404: return ClientError(.notFound, what)
        case 507: return ClientError(.full, "\(host.name) has no space left: \(what)")
        case 413: return ClientError(.tooLarge, what)
        case 400 where detail.isEmpty && answer.request.address.origin.scheme == "http":
            // What servers that speak TLS say to those that do not.
            let hint = "if it speaks https, name its certificates under authorities: in config.yaml"
            return ClientError(.refused, "\(what); \(hint)")
        case 408, 429, 500...599: return ClientError(.unavailable, what)
        case 400...499: return ClientError(.refused, what)
        default: return ClientError(.invalid, "\(what), which the specification does not have here")
        }
    }
}

extension RegistryClient {
    /// What is asked of the registry, before authentication and redirects.
    struct Request: Sendable {
        var method: HTTPMethod
        var address: HTTPAddress
        var headers: HTTPHeaders
        var body: HTTPExchange.Body

        init(
            _ method: HTTPMethod,
            _ address: HTTPAddress,
            headers: HTTPHeaders = [:],
            body: HTTPExchange.Body = .none
        ) {
            self.method = method
            self.address = address
            self.headers = headers
            self.body = body
        }
    }
}

extension HTTPExchange {
    fileprivate init(_ request: RegistryClient.Request, _ host: RegistryHost) {
        self.init(method: request.method, address: request.address, headers: request.headers, body: request.body)
        if address.origin.host == host.base.origin.host { authorityFile = host.authorityFile }
        headers.replaceOrAdd(name: "user-agent", value: "zoo")
    }

    /// Whether sending it again does no harm.
    fileprivate var isRepeatable: Bool {
        if case .file = body { false } else { true }
    }
}
