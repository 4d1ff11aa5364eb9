import OCI
import OCIClient
import Testing

/// Requests through a proxy, on the wire.
@Suite struct ProxyTests {
    private static let name = "registry.example.test"
    private let server: ScriptedServer

    init() throws { server = try ScriptedServer { _ in .answer(200, [:], #"{"tags":["1"]}"#) } }

    private func tags(
        of host: String,
        _ environment: [String: String],
        hosts: [String: String] = [:],
        attempts: Int = 1
    ) async throws -> [String]? {
        var options = ClientFixture.options
        options.retry.attempts = attempts
        options.proxies = ProxySettings(environment: { environment[$0] }, hosts: hosts)
        let host = try RegistryHost(host, allowsPlain: true)
        return try await ClientFixture.client(at: host, options: options) { try await $0.tags("a") }
    }

    @Test func aRegistryIsReachedThroughTheProxyByItsName() async throws {
        defer { server.stop() }
        let proxy = try ConnectProxy(to: server.port)
        defer { proxy.stop() }
        let environment = ["HTTP_PROXY": "http://alice:open%20sesame@127.0.0.1:\(proxy.port)"]
        #expect(try await tags(of: "\(Self.name):5000", environment) == ["1"])
        #expect(server.requests.map(\.path) == ["/v2/a/tags/list"])
        #expect(server.requests[0].headers["host"] == "\(Self.name):5000")
        #expect(server.requests[0].headers["proxy-authorization"] == nil, "what is the proxy's is told to it alone")
        let head = try #require(proxy.requests.first)
        #expect(proxy.requests.count == 1)
        #expect(head.hasPrefix("CONNECT \(Self.name):5000 HTTP/1.1\r\n"))
        #expect(head.lowercased().contains("proxy-authorization: basic ywxpy2u6b3blbibzzxnhbwu="))
    }

    @Test func thisMachineIsReachedDirectlyUnlessTheConfigurationAsks() async throws {
        defer { server.stop() }
        let proxy = try ConnectProxy(to: server.port)
        defer { proxy.stop() }
        let address = "http://127.0.0.1:\(proxy.port)"
        #expect(try await tags(of: server.host, ["all_proxy": address]) == ["1"])
        #expect(proxy.requests.isEmpty)
        #expect(try await tags(of: server.host, [:], hosts: [server.host: address]) == ["1"])
        #expect(proxy.requests.count == 1)
    }

    @Test(arguments: [407, 403, 502])
    func aProxyThatRefusesIsNamed(_ status: Int) async throws {
        defer { server.stop() }
        let proxy = try ConnectProxy(to: server.port, status: status)
        defer { proxy.stop() }
        let error = await #expect(throws: ClientError.self) {
            try await tags(of: Self.name, ["http_proxy": "http://bob:secret@127.0.0.1:\(proxy.port)"])
        }
        #expect(error?.code == (status == 407 ? .denied : .unreachable))
        #expect(
            error?.description.contains("the proxy 127.0.0.1:\(proxy.port)") == true,
            "\(String(describing: error))"
        )
        #expect(error?.description.contains("secret") == false)
        #expect(server.requests.isEmpty)
    }

    @Test func aProxyThatIsNotThereIsNamed() async throws {
        defer { server.stop() }
        let error = await #expect(throws: ClientError.self) {
            try await tags(of: Self.name, ["http_proxy": "http://127.0.0.1:1"])
        }
        #expect(error?.code == .unreachable)
        #expect(error?.description.contains("the proxy 127.0.0.1:1") == true, "\(String(describing: error))")
    }
}
