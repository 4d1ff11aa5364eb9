import Testing
import ZooCommands
import ZooModel
import ZooRegistry

@Suite struct RemoteConfigurationTests {
    @Test func everyKeyIsRead() throws {
        let configuration = try RemoteConfiguration.parse(
            """
            registry: registry.example.com/models
            mirrors:
              registry.example.com: [mirror.local:5000, other.local:5000]
            endpoints:
              zoo.example.com: https://example.com/zoo
            authorities:
              registry.example.com: /etc/ssl/acme.pem
            proxies:
              registry.example.com: http://proxy.local:3128
              mirror.local:5000: direct
            insecure: [mirror.local:5000]
            """
        )
        #expect(configuration.defaultRegistry == "registry.example.com/models")
        #expect(configuration.mirrors == ["registry.example.com": ["mirror.local:5000", "other.local:5000"]])
        #expect(configuration.endpoints == ["zoo.example.com": "https://example.com/zoo"])
        #expect(configuration.authorities == ["registry.example.com": "/etc/ssl/acme.pem"])
        #expect(
            configuration.proxies == [
                "registry.example.com": "http://proxy.local:3128", "mirror.local:5000": "direct",
            ]
        )
        #expect(configuration.insecure == ["mirror.local:5000"])
    }

    @Test(arguments: ["", "# registry: registry.example.com\n", "---\n", "~\n"])
    func everyKeyMayBeLeftOut(text: String) throws {
        let configuration = try RemoteConfiguration.parse(text)
        #expect(configuration.defaultRegistry == nil && configuration.endpoints.isEmpty)
    }

    @Test(arguments: [
        "registry: shop", "registy: a.io", "mirrors: [a]", "insecure: {a: b}", "- a", "registry: ''",
        "proxies: {a.io: 'ftp://p:1'}",
    ])
    func mistakesAreShownWithTheirPlace(text: String) {
        let error = #expect(throws: ZooModelError.self) { try RemoteConfiguration.parse(text, file: "c.yaml") }
        #expect(error?.message.hasPrefix("c.yaml:1:") == true)
    }
}
