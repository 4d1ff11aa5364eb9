import OCI
import Testing

@Suite struct ContentTests {
    static let hex = String(repeating: "0123456789abcdef", count: 4)

    @Test func digestsOfKnownContent() {
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        #expect(Digest.of([UInt8]()).description == "sha256:" + empty)
        #expect(Digest.of(Array("abc".utf8), .sha512).hex.hasPrefix("ddaf35a193617abacc417349ae204131"))
        var hasher = ContentHasher()
        for byte in Array("abc".utf8) { [byte].withUnsafeBytes { hasher.update($0) } }
        #expect(hasher.digest() == Digest.of(Array("abc".utf8)))
    }

    @Test(arguments: [
        "", "sha256:", "sha256:abc", "sha256:" + hex + "0", "sha256:" + hex.uppercased(), "md5:" + hex, hex,
        "sha512:" + hex, "sha256:../../../../etc/passwd", "sha256:" + String(repeating: "../", count: 21) + "x",
        "sha256:" + hex.dropLast() + "\u{0}", "sha256: " + hex.dropLast(), "SHA256:" + hex,
        "sha256:" + hex.dropLast() + "é",
    ])
    func whatIsNoDigestIsRefused(text: String) {
        #expect(throws: OCIError.self) { try Digest(text) }
    }

    @Test(
        arguments: [
            ("shop-mmoe", nil, "shop-mmoe", nil), ("shop-mmoe:1.0.0", nil, "shop-mmoe", "1.0.0"),
            ("a/b/c:x_Y-z.1", nil, "a/b/c", "x_Y-z.1"), ("localhost/a", "localhost", "a", nil),
            ("localhost:5000/a/b:1", "localhost:5000", "a/b", "1"),
            ("ghcr.io/org/model:2", "ghcr.io", "org/model", "2"),
            ("a__b/c---d.e_f", nil, "a__b/c---d.e_f", nil), ("GHCR.io/a", "GHCR.io", "a", nil),
        ] as [(String, String?, String, String?)]
    )
    func referencesReadAsDockerDoes(text: String, registry: String?, name: String, tag: String?) throws {
        for suffix in ["", "@sha256:" + Self.hex] {
            let reference = try Reference(text + suffix)
            #expect(reference.registry == registry)
            #expect(reference.name == name)
            #expect(reference.tag == tag)
            #expect(reference.digest?.hex == (suffix.isEmpty ? nil : Self.hex))
            #expect(reference.description == text + suffix)
            #expect(reference.localName == "\(name):\(tag ?? "latest")")
        }
    }

    @Test(arguments: [
        "", ":", "@", "/", "a:", ":a", "a/", "/a", "a//b", "A", "a/B", "a:b:c", "a b", "../a", "a/../b", ".a", "a.",
        "a..b",
        "a___b", "-a", "a-", "a:.b", "a:-b", "a:" + String(repeating: "x", count: 129), "a@sha256:abc", "a@b@c",
        "localhost:x/a", "localhost:0/a", "localhost:99999/a", "-x.com/a", "x..com/a",
        String(repeating: "a", count: 256),
        "é", "a\n", "a:1\u{0}", "https://ghcr.io/a",
    ])
    func whatIsNoReferenceIsRefused(text: String) {
        let error = #expect(throws: OCIError.self) { try Reference(text) }
        #expect(error?.code == .invalid)
    }

    static let descriptor = #"{"mediaType":"a/b","digest":"sha256:\#(hex)","size":3}"#

    @Test func manifestsSurviveTheirCanonicalForm() throws {
        let text =
            #"{"layers":[\#(Self.descriptor)],"schemaVersion":2,"config":\#(Self.descriptor),"unknown":{"x":[1]}}"#
        let manifest = try Manifest(parsing: Array(text.utf8))
        #expect(try Manifest(parsing: manifest.canonicalBytes) == manifest)
        #expect(
            String(decoding: manifest.canonicalBytes, as: UTF8.self)
                == #"{"config":{"digest":"sha256:\#(Self.hex)","mediaType":"a/b","size":3},"layers":[{"digest":"sha256:"#
                + #"\#(Self.hex)","mediaType":"a/b","size":3}],"mediaType":"application/vnd.oci.image.manifest.v1+json","#
                + #""schemaVersion":2}"#
        )
    }

    @Test(arguments: [
        "", "[]", "{}", #"{"schemaVersion":1,"config":D,"layers":[]}"#, #"{"schemaVersion":2,"layers":[]}"#,
        #"{"schemaVersion":2,"config":D}"#, #"{"schemaVersion":2,"config":D,"layers":[],"config":D}"#,
        #"{"schemaVersion":2,"config":D,"layers":[{"digest":"sha256:../x","mediaType":"a","size":1}]}"#,
        #"{"schemaVersion":2,"config":D,"layers":[{"digest":"H","mediaType":"a","size":-1}]}"#,
        #"{"schemaVersion":2,"config":D,"layers":[{"digest":"H","mediaType":"a","size":1e99}]}"#,
        #"{"schemaVersion":2,"config":D,"layers":[{"digest":"H","mediaType":"a"}]}"#,
        #"{"schemaVersion":2,"config":D,"layers":[],"mediaType":"text/plain"}"#,
        #"{"schemaVersion":2,"config":D,"layers":[]} x"#,
        #"{"schemaVersion":2,"config":D,"layers":[],"annotations":{"a":1}}"#,
    ])
    func brokenManifestsAreRefused(template: String) {
        let text = template.replacing("D", with: Self.descriptor).replacing("\"H\"", with: "\"sha256:\(Self.hex)\"")
        let error = #expect(throws: OCIError.self) { try Manifest(parsing: Array(text.utf8)) }
        #expect(error?.code == .invalid)
    }

    @Test func hugeManifestsAreRefusedUnread() {
        let error = #expect(throws: OCIError.self) {
            try Manifest(parsing: [UInt8](repeating: 32, count: Manifest.byteLimit + 1))
        }
        #expect(error?.code == .tooLarge)
    }

    @Test func indexesOfOtherProgramsAreTaken() throws {
        for text in [
            #"{"schemaVersion":2,"manifests":null}"#, #"{"schemaVersion":2}"#,
            #"{"schemaVersion":2,"mediaType":"","manifests":[],"annotations":null}"#,
        ] { #expect(try ImageIndex(parsing: Array(text.utf8)).manifests.isEmpty) }
        let text =
            #"{"schemaVersion":2,"manifests":[{"mediaType":"m","digest":"sha256:\#(Self.hex)","size":1,"#
            + #""platform":{"os":"linux","architecture":"arm64"}}]}"#
        let index = try ImageIndex(parsing: Array(text.utf8))
        #expect(String(decoding: index.canonicalBytes, as: UTF8.self).contains(#""architecture":"arm64""#))
    }

    @Test func annotationsAreSortedAndFound() throws {
        var annotations: Annotations = ["b": "2", "é": "3", "a": "1"]
        #expect(annotations["a"] == "1" && annotations["é"] == "3" && annotations["c"] == nil)
        annotations["c"] = "4"
        annotations["b"] = nil
        annotations["d"] = nil
        annotations["a"] = "0"
        #expect(annotations == Annotations(["a": "0", "c": "4", "é": "3"]))
        let manifest = Manifest(
            config: Descriptor(mediaType: "m", digest: Digest.of([1]), size: 1),
            layers: [],
            annotations: annotations
        )
        #expect(
            String(decoding: manifest.canonicalBytes, as: UTF8.self)
                .hasPrefix(#"{"annotations":{"a":"0","c":"4","é":"3"},"config":"#)
        )
        let unsorted = #"{"schemaVersion":2,"annotations":{"z":"1","a":"2"},"manifests":[]}"#
        #expect(try ImageIndex(parsing: Array(unsorted.utf8)).annotations == ["a": "2", "z": "1"])
    }

    @Test func encodedValuesAreCanonical() throws {
        let value = ["b": "x/y", "é": "z", "B": "\u{1}"]
        let bytes = try CanonicalJSON.encode(value)
        #expect(String(decoding: bytes, as: UTF8.self) == #"{"B":"\u0001","b":"x/y","é":"z"}"#)
        #expect(try CanonicalJSON.decode([String: String].self, from: bytes, what: "it") == value)
    }
}
