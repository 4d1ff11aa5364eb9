import OCIClient
import Testing

@Suite struct HTTPAddressTests {
    @Test(arguments: [
        ("/v2/x?a=b%2Fc", "https://h.example:5000/v2/x?a=b%2Fc"),
        ("next?last=z&n=5", "https://h.example:5000/v2/a/next?last=z&n=5"),
        ("//other.example/x", "https://other.example/x"),
        ("http://other.example:81/x", "http://other.example:81/x"),
        ("?n=2", "https://h.example:5000/v2/a/tags?n=2"),
    ])
    func locationsAreResolved(location: String, expected: String) throws {
        let base = try #require(HTTPAddress("https://h.example:5000/v2/a/tags?n=1"))
        #expect(base.resolving(location)?.text == expected)
    }

    @Test(arguments: [
        "", "x", "/x", "ftp://h/x", "http://", "http://u@h/x", "http://u:p@h/x", "http://h:0/x", "http://h:99999/x",
        "http+unix://h/x", "file:///etc/passwd",
    ])
    func otherThanWebAddressesAreNone(text: String) {
        #expect(HTTPAddress(text) == nil)
    }

    @Test func queryGrowsAndStaysAsItIs() throws {
        let plain = try #require(HTTPAddress("http://h/up"))
        #expect(plain.appending(query: "digest", "sha256:ab").text == "http://h/up?digest=sha256%3Aab")
        let busy = try #require(HTTPAddress("http://h/up?_state=a%2Fb%3D%3D&c"))
        #expect(busy.appending(query: "q", "x y").text == "http://h/up?_state=a%2Fb%3D%3D&c&q=x%20y")
    }

    @Test func originsDifferByAnyPart() throws {
        let origins = try ["http://h/a", "https://h/a", "http://h:81/a", "http://g/a"].map {
            try #require(HTTPAddress($0)).origin
        }
        #expect(Set(origins).count == 4)
        #expect(try #require(HTTPAddress("HTTP://H:80/b")).origin == origins[0])
    }

    @Test func displayHidesTheQuery() {
        #expect(HTTPAddress("https://h/a?token=secret")?.display == "https://h/a")
    }

    @Test(arguments: [
        ("localhost", true), ("localhost:5000", true), ("127.0.0.1", true), ("127.9.8.7:80", true), ("::1", true),
        ("[::1]", true), ("[::1]:5000", true), ("localhost.example.com", false), ("128.0.0.1", false),
        ("127.0.0.1.example.com", false), ("127.1", false), ("::2", false), ("[::2]:1", false), ("", false),
    ])
    func thisMachineHasManyNames(_ name: String, _ isLoopback: Bool) {
        #expect(RegistryHost.isLoopback(name) == isLoopback)
    }
}
