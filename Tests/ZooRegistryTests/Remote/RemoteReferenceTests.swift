import OCI
import Testing
import ZooRegistry

@Suite struct RemoteReferenceTests {
    @Test func registryPortTagAndDigest() throws {
        let digest = Digest.of([1])
        let full = try #require(try RemoteReference("reg.example.com:5000/a/b:1.0@\(digest)", defaultRegistry: nil))
        #expect(full.registry == "reg.example.com:5000")
        #expect(full.repository == "a/b")
        #expect(full.tag == "1.0")
        #expect(full.selector == "\(digest)")
        #expect(full.description == "reg.example.com:5000/a/b:1.0@\(digest)")
        #expect(try RemoteReference("localhost/a", defaultRegistry: nil)?.selector == "latest")
    }

    @Test func defaultRegistryStandsBeforeBareNames() throws {
        let reference = try #require(try RemoteReference("shop:1", defaultRegistry: "reg.example.com/team"))
        #expect(reference.description == "reg.example.com/team/shop:1")
        #expect(reference.localName(defaultRegistry: "reg.example.com/team", digest: .of([1])) == "shop:1")
        #expect(reference.localName(defaultRegistry: nil, digest: .of([1])) == "team/shop:1")
        #expect(try RemoteReference("shop:1", defaultRegistry: nil) == nil)
        let other = try #require(try RemoteReference("b.example.com/x:1", defaultRegistry: "reg.example.com/team"))
        #expect(other.registry == "b.example.com")
    }

    @Test(arguments: [
        "reg.example.com/A", "reg.example.com/../x", "reg.example.com/a:b:c", "reg.example.com/a@sha256:1",
    ])
    func nonsenseIsAUsageError(text: String) {
        let error = #expect(throws: RegistryError.self) { try RemoteReference(text, defaultRegistry: nil) }
        #expect(error?.code == .usage)
    }

    @Test func registriesAreToldFromReferences() {
        for text in ["localhost", "localhost:5000", "127.0.0.1:5000", "reg.example.com"] {
            #expect(RemotePlace.isRegistry(text), "\(text)")
        }
        for text in ["shop", "reg.example.com/a", "", "a@b", "-.com"] {
            #expect(!RemotePlace.isRegistry(text), "\(text)")
        }
        #expect(RemotePlace("reg.example.com/a/b").prefix == "a/b/")
        #expect(RemotePlace("reg.example.com/").prefix.isEmpty)
    }
}
