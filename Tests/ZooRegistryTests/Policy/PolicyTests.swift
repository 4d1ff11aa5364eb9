import Foundation
import ModelSamples
import OCI
import Testing
import ZooRegistry

@Suite struct PolicyTests {
    let fixture: ModelFixture
    let registry: ModelRegistry
    let key = SigningKey(.ecdsaP256)

    init() throws {
        fixture = ModelFixture()
        registry = try fixture.registry()
        _ = try registry.ownStore()
        try key.write(to: "\(fixture.root)/release")
    }

    private func policy(_ text: String) throws -> Policy {
        try fixture.write(text, to: "home/policy.yaml")
        return try #require(try Policy.read(home: registry.home))
    }

    private func publish(_ name: String, licences: [String]?, base: String? = nil) throws {
        let pinned = try base.map {
            ModelDocument.Base(reference: $0, digest: try registry.resolve($0).descriptor.digest.description)
        }
        let directory = try fixture.makeModel(name, base: pinned)
        var document = try ModelDirectory(directory).document()
        document.licences = licences
        try ModelDirectory.write(document, into: directory)
        try registry.publish(directory: directory, as: "\(name):1")
    }

    /// Why a policy refuses a model; nil where it does not.
    private func refusal(_ name: String, _ policy: Policy) throws -> String? {
        do {
            try registry.check(registry.resolve(name), against: policy, name: name)
            return nil
        } catch let error as RegistryError where error.code == .untrusted {
            return error.message
        }
    }

    @Test func withoutAFileEverythingIsAccepted() throws {
        #expect(try Policy.read(home: registry.home) == nil)
    }

    @Test func anEmptyPolicyAcceptsEverything() throws {
        try publish("shop", licences: nil)
        for text in ["", "# nothing\n"] { #expect(try refusal("shop:1", policy(text)) == nil) }
    }

    @Test func oneOfTheKeysMustHaveSigned() throws {
        try publish("shop", licences: nil)
        let policy = try policy("keys: [../release.pub]\n")
        #expect(try refusal("shop:1", policy)?.contains("has no signature") == true)
        try registry.sign(registry.resolve("shop:1"), with: SigningKey(.ecdsaP256))
        #expect(try refusal("shop:1", policy)?.contains("another key") == true)
        try registry.sign(registry.resolve("shop:1"), with: key)
        #expect(try refusal("shop:1", policy) == nil)
        #expect(try refusal("shop:1", self.policy("keys: []\n"))?.contains("no key is accepted") == true)
    }

    @Test func licencesOfTheModelAndItsBasesMustAllBeAccepted() throws {
        try publish("shop", licences: ["CC-BY-NC-4.0"])
        try publish("again", licences: ["Apache-2.0"], base: "shop:1")
        try publish("bare", licences: nil)
        let strict = try policy("licences: [apache-2.0, MIT]\n")
        #expect(try refusal("shop:1", strict)?.contains("is under CC-BY-NC-4.0") == true)
        #expect(try refusal("again:1", strict)?.contains("base shop:1 is under CC-BY-NC-4.0") == true)
        #expect(try refusal("bare:1", strict)?.contains("names no licence") == true)
        #expect(try refusal("again:1", policy("licenses:\n- Apache-2.0\n- CC-BY-NC-4.0\n")) == nil)
    }

    @Test func licencesOfABaseThatIsNotThereAreNotAccepted() throws {
        try publish("shop", licences: ["MIT"])
        try publish("again", licences: ["MIT"], base: "shop:1")
        let (store, base) = (try registry.ownStore(), try registry.resolve("shop:1").descriptor.digest)
        try store.untag("shop:1")
        try FileManager.default.removeItem(atPath: store.blobPath(base))
        #expect(try refusal("again:1", policy("licences: [MIT]\n"))?.contains("base shop:1 are not known") == true)
        #expect(try refusal("again:1", policy("registries: [local]\n")) == nil)
    }

    @Test func licencesStandInTheModelPackConfiguration() throws {
        try publish("shop", licences: ["Apache-2.0"])
        let artifact = try registry.artifact(registry.resolve("shop:1"))
        let config = try artifact.store.readBlob(artifact.manifest.config.digest, maxBytes: 1 << 20)
        #expect(String(decoding: config, as: UTF8.self).contains(#""licenses":["Apache-2.0"]"#))
    }

    @Test func modelsComeFromAcceptedPlaces() throws {
        try publish("shop", licences: nil)
        let mine = try ModelRegistry(home: "\(fixture.root)/mine", bundledPath: "\(fixture.root)/home")
        let policy = try policy("registries: [local]\n")
        #expect(try refusal("shop:1", policy) == nil)
        let bundled = #expect(throws: RegistryError.self) {
            try mine.check(mine.resolve("shop:1"), against: policy, name: "shop:1")
        }
        #expect(bundled?.message.contains("comes from the bundled zoo") == true)
        // A copy is no way around it, and neither is another tag.
        try mine.pull(mine.resolve("shop:1"))
        try mine.tag(mine.resolve("shop:1"), as: "mine:1")
        for name in ["shop:1", "mine:1"] {
            #expect(try mine.resolve(name).origin == .own)
            #expect(throws: RegistryError.self) { try mine.check(mine.resolve(name), against: policy, name: name) }
        }
        #expect(throws: RegistryError.self) { try policy.require(registry: "registry.example.com", name: "x") }
        #expect(throws: Never.self) {
            try self.policy("registries: [registry.example.com]").require(registry: "registry.example.com", name: "x")
        }
    }

    @Test(arguments: [
        ("keys: release.pub", ":1: keys is a list"), ("foo: [a]", ":1: unknown rule \"foo\""),
        ("[a]", ":1: a policy is a mapping"),
        ("licences: [MIT]\nlicenses: [GPL-3.0]", ":2: licences is there twice"),
        ("licences:\n- MIT\nkey: [a]", ":3: unknown rule \"key\""), ("licences: [[a]]", "licences holds texts"),
        ("keys: [nowhere.pub]", "nowhere.pub"), ("keys: [../release]", "is a private key"), ("a: [", "not valid YAML"),
        ("keys: [../release.pub", "not valid YAML"), ("\u{0}", "not valid YAML"),
    ])
    func aPolicyThatCannotBeUnderstoodLetsNothingPass(_ text: String, _ expected: String) throws {
        try fixture.write(text, to: "home/policy.yaml")
        let error = #expect(throws: RegistryError.self) { try Policy.read(home: registry.home) }
        #expect(error?.code == .invalid)
        #expect(error?.description.contains(expected) == true, "\(error?.description ?? "")")
        #expect(error?.description.contains("\n") == false)
    }
}
