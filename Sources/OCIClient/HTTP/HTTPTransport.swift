import AsyncHTTPClient
import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import Synchronization

/// HTTP/1.1 over AsyncHTTPClient: one request, one answer; no redirects, no repetition.
///
/// The clients behind it, one for each proxy and one for direct connections, are made by the first request that needs
/// them, so that a transport nobody uses costs nothing.
package final class HTTPTransport: Sendable {
    private let options: ClientOptions
    private let state = Mutex<(clients: [ProxyServer?: HTTPClient], isShutDown: Bool)>(([:], false))

    /// Prepares a transport; ``shutdown()`` must be called in the end.
    package init(_ options: ClientOptions = ClientOptions()) {
        self.options = options
    }

    /// Sends a request and waits for the head of the answer.
    ///
    /// - Throws: ``ClientError`` `.unreachable`, `.timedOut`; `CancellationError`.
    func send(_ request: HTTPExchange) async throws -> HTTPAnswer {
        var outgoing = HTTPClientRequest(url: request.address.text)
        outgoing.method = request.method
        outgoing.headers = request.headers
        if let file = request.authorityFile { outgoing.tlsConfiguration = try Self.tls(authorityFile: file) }
        let proxy = try options.proxies.proxy(to: request.address.origin)
        switch request.body {
        case .none: break
        case .bytes(let bytes): outgoing.body = .bytes(bytes)
        case .file(let range): return try await send(request, outgoing, range, through: proxy)
        }
        do {
            let deadline = NIODeadline.now() + TimeAmount(options.idleTimeout)
            let response = try await client(through: proxy).execute(outgoing, deadline: deadline)
            return HTTPAnswer(response, request: request, options: options)
        } catch {
            throw Self.failure(error, request.address, proxy)
        }
    }

    /// Sends a request with a body that may take long: as long as the server takes it, and then answers.
    private func send(
        _ request: HTTPExchange,
        _ outgoing: HTTPClientRequest,
        _ body: FileRange,
        through proxy: ProxyServer?
    ) async throws -> HTTPAnswer {
        let watch = BodyWatch(body)
        do {
            return try await withThrowingTaskGroup(of: HTTPAnswer?.self) { group in
                group.addTask {
                    var outgoing = outgoing
                    outgoing.body = .stream(watch, length: .known(Int64(body.count)))
                    let response = try await self.client(through: proxy).execute(outgoing, deadline: .distantFuture)
                    return HTTPAnswer(response, request: request, options: self.options)
                }
                group.addTask {
                    try await watch.waitUntilTaken(timeout: self.options.idleTimeout)
                    return nil
                }
                defer { group.cancelAll() }
                while let answer = try await group.next() { if let answer { return answer } }
                throw CancellationError()
            }
        } catch  where error is BodyWatch.Stalled || error is ChannelError && watch.silence >= options.idleTimeout {
            // Where the client's own timer runs out first, it closes the connection and says that it is closed.
            let origin = request.address.origin
            throw ClientError(.timedOut, "\(origin.host):\(origin.port) stopped taking what it is sent")
        } catch {
            throw Self.failure(error, request.address, proxy)
        }
    }

    /// Ends connections and threads.
    package func shutdown() async throws {
        let clients = state.withLock { state in
            defer { state = ([:], true) }
            return state.clients
        }
        for client in clients.values { try await client.shutdown() }
    }

    private func client(through proxy: ProxyServer?) throws -> HTTPClient {
        try state.withLock { state in
            guard !state.isShutDown else { throw ClientError(.usage, "the client has been shut down") }
            if let client = state.clients[proxy] { return client }
            let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration(proxy))
            state.clients[proxy] = client
            return client
        }
    }

    private func configuration(_ proxy: ProxyServer?) -> HTTPClient.Configuration {
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow,
            timeout: .init(
                connect: TimeAmount(options.connectTimeout),
                read: TimeAmount(options.idleTimeout),
                write: TimeAmount(options.idleTimeout)
            ),
            decompression: .disabled
        )
        configuration.proxy = proxy.map(HTTPClient.Configuration.Proxy.init)
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = options.connectionsPerHost
        // The policy above repeats; twice over would multiply.
        configuration.connectionPool.retryConnectionEstablishment = false
        // One connection a transfer: HTTP/2's windows slow large bodies down.
        configuration.httpVersion = .http1Only
        configuration.http1_1ConnectionDebugInitializer = { channel in
            channel.setOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: 256 << 10))
        }
        return configuration
    }

    private static func tls(authorityFile: String) throws -> TLSConfiguration {
        var configuration = TLSConfiguration.makeClientConfiguration()
        do {
            configuration.trustRoots = .certificates(try NIOSSLCertificate.fromPEMFile(authorityFile))
        } catch {
            throw ClientError(.usage, "cannot read certificates from \(authorityFile)", cause: error)
        }
        return configuration
    }

    /// Tells what happened to a connection.
    static func failure(_ error: any Error, _ address: HTTPAddress, _ proxy: ProxyServer? = nil) -> any Error {
        if error is ClientError || error is CancellationError { return error }
        let host =
            "\(address.origin.host):\(address.origin.port)" + (proxy.map { " through the proxy \($0.display)" } ?? "")
        switch error as? HTTPClientError {
        case .cancelled?: return CancellationError()
        case .proxyAuthenticationRequired?:
            return ClientError(
                .denied,
                "no connection to \(host), which wants a name and password: http://USER:PASSWORD@HOST:PORT"
            )
        case .invalidProxyResponse?: return ClientError(.unreachable, "no connection to \(host), which refuses it")
        case .connectTimeout?, .tlsHandshakeTimeout?, .getConnectionFromPoolTimeout?, .httpProxyHandshakeTimeout?,
            .socksHandshakeTimeout?:
            return ClientError(.timedOut, "no connection to \(host) in time")
        case .readTimeout?, .writeTimeout?, .deadlineExceeded?:
            return ClientError(.timedOut, "\(host) stopped answering")
        case .remoteConnectionClosed?, .uncleanShutdown?:
            return ClientError(.unreachable, "\(host) closed the connection")
        default: break
        }
        if error is NIOSSLError || error is BoringSSLError || error is NIOSSLExtraError {
            return ClientError(
                .unreachable,
                "no secure connection to \(host); say --insecure if it speaks plain HTTP",
                cause: error
            )
        }
        if error is ChannelError { return ClientError(.unreachable, "\(host) closed the connection") }
        switch error as? HTTPParserError {
        case .invalidEOFState?: return ClientError(.unreachable, "\(host) closed the connection")
        case let error?: return ClientError(.unreachable, "\(host) answers with what is not HTTP: \(error)")
        case nil: return ClientError(.unreachable, "no connection to \(host): \(reason(error))")
        }
    }

    /// The system's words for what went wrong, where there are any.
    private static func reason(_ error: any Error) -> String {
        switch error {
        case let error as NIOConnectionError:
            guard let first = error.connectionErrors.first?.error else { return "the name \(error.host) is not known" }
            return reason(first)
        case let error as IOError: return String(cString: strerror(error.errnoCode))
        default: return "\(error)"
        }
    }
}

extension TimeAmount {
    init(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        self = .nanoseconds(seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
    }
}

extension HTTPClient.Configuration.Proxy {
    init(_ proxy: ProxyServer) {
        switch proxy.kind {
        case .http:
            let authorization = proxy.user.map {
                HTTPClient.Authorization.basic(username: $0, password: proxy.password ?? "")
            }
            self = .server(host: proxy.host, port: proxy.port, authorization: authorization)
        case .socks: self = .socksServer(host: proxy.host, port: proxy.port)
        }
    }
}
