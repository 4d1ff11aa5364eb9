import OCIClient
import Testing

/// Which proxy the environment and the configuration mean.
@Suite struct ProxySettingsTests {
    private func proxy(
        to address: String,
        _ environment: [String: String],
        hosts: [String: String] = [:]
    ) throws -> String? {
        let origin = try #require(HTTPAddress(address)).origin
        return try ProxySettings(environment: { environment[$0] }, hosts: hosts).proxy(to: origin)?.display
    }

    @Test(
        arguments: [
            (["https_proxy": "http://p:1"], "https://a.io", "p:1"),
            (["HTTPS_PROXY": "http://p:1"], "https://a.io", "p:1"),
            (["https_proxy": "http://p:1", "HTTPS_PROXY": "http://q:2"], "https://a.io", "p:1"),
            (["https_proxy": "", "HTTPS_PROXY": "http://q:2"], "https://a.io", "q:2"),
            (["https_proxy": "http://p:1"], "http://a.io", nil), (["http_proxy": "http://p:1"], "https://a.io", nil),
            (["http_proxy": "http://p:1"], "http://a.io", "p:1"), (["HTTP_PROXY": "http://p:1"], "http://a.io", "p:1"),
            (["HTTP_PROXY": "http://p:1", "REQUEST_METHOD": "GET"], "http://a.io", nil),
            (["ALL_PROXY": "http://p:1"], "https://a.io", "p:1"),
            (["all_proxy": "http://p:1", "http_proxy": "http://q:2"], "http://a.io", "q:2"),
            (["https_proxy": "p"], "https://a.io", "p:1080"), (["https_proxy": "p:3128"], "https://a.io", "p:3128"),
            (["https_proxy": "socks5h://p:9"], "https://a.io", "p:9"), ([:], "https://a.io", nil),
        ] as [([String: String], String, String?)]
    )
    func variablesAreCurls(_ environment: [String: String], _ address: String, _ expected: String?) throws {
        #expect(try proxy(to: address, environment) == expected)
    }

    @Test(arguments: [
        ("*", "https://a.io", false), ("a.io", "https://a.io", false), ("a.io", "https://x.a.io", false),
        (".a.io", "https://x.a.io", false), (".a.io", "https://a.io", false), ("*.a.io", "https://x.a.io", false),
        ("A.IO", "https://a.io", false), ("a.io.", "https://a.io", false), ("a.io", "https://a.io.", false),
        ("a.io", "https://ba.io", true), ("io", "https://a.io", false), ("b.io, a.io", "https://a.io", false),
        ("b.io a.io", "https://a.io", false), ("a.io:443", "https://a.io", false), ("a.io:444", "https://a.io", true),
        ("10.0.0.0/8", "https://10.1.2.3", false), ("10.0.0.0/8", "https://11.1.2.3", true),
        ("10.1.2.0/23", "https://10.1.3.9", false), ("10.1.2.0/23", "https://10.1.4.9", true),
        ("10.1.2.3", "https://10.1.2.3", false), ("0.0.0.0/0", "https://9.9.9.9", false),
        ("10.0.0.0/99", "https://10.1.2.3", true), ("2001:db8::/32", "https://[2001:db8::7]", false),
        ("2001:db8::/32", "https://[2001:db9::7]", true), ("[2001:db8::7]", "https://[2001:db8::7]", false),
        (",, ,", "https://a.io", true), ("/", "https://a.io", true), ("a:b:c", "https://a.io", true),
    ])
    func exceptionsAreSpokenToDirectly(_ list: String, _ address: String, _ isProxied: Bool) throws {
        #expect(try proxy(to: address, ["all_proxy": "p:1", "no_proxy": list]) == (isProxied ? "p:1" : nil))
        #expect(try proxy(to: address, ["ALL_PROXY": "p:1", "NO_PROXY": list]) == (isProxied ? "p:1" : nil))
    }

    @Test(arguments: ["http://localhost:5000", "http://127.0.0.1:5000", "https://127.9.9.9", "http://[::1]:5000"])
    func thisMachineIsProxiedOnlyWhenTheConfigurationAsks(_ address: String) throws {
        let all = ["all_proxy": "p:1"]
        #expect(try proxy(to: address, all) == nil)
        let origin = try #require(HTTPAddress(address)).origin
        #expect(try proxy(to: address, all, hosts: [origin.host: "http://q:2"]) == "q:2")
        #expect(try proxy(to: address, [:], hosts: ["\(origin.host):\(origin.port)": "q:2"]) == "q:2")
    }

    @Test func theConfigurationComesFirst() throws {
        let all = ["all_proxy": "p:1", "no_proxy": "b.io"]
        let hosts = ["a.io": ProxySettings.direct, "b.io": "q:2"]
        #expect(try proxy(to: "https://a.io", all, hosts: hosts) == nil)
        #expect(try proxy(to: "https://b.io", all, hosts: hosts) == "q:2")
        #expect(try proxy(to: "https://c.io", all, hosts: hosts) == "p:1")
    }

    @Test(arguments: [
        "http://", "https://p:1", "ftp://p:1", "http://p:99999", "socks5://u:secret@p:1", "http:// secret",
        "http://u:secret@:1",
    ])
    func whatIsNoProxyIsNamedWithoutItsPassword(_ text: String) {
        let error = #expect(throws: ClientError.self) { try proxy(to: "https://a.io", ["HTTPS_PROXY": text]) }
        #expect(error?.code == .usage)
        #expect(error?.message.contains("HTTPS_PROXY") == true)
        #expect(error?.description.contains("secret") == false)
    }

    @Test func namesAndPasswordsAreDecoded() throws {
        let proxy = try ProxyServer("http://al%40ice:a%3Ab@p:1", from: "it")
        #expect(proxy.user == "al@ice" && proxy.password == "a:b")
    }
}
