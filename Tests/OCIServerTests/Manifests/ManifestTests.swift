import Foundation
import OCI
import Testing

/// Manifests by tag and digest (OCI distribution specification 1.1, "Pushing Manifests").
@Suite struct ManifestTests {
    let server: ServedStore

    init() throws { server = try ServedStore() }

    func expectManifest(_ bytes: [UInt8], at reference: String, type: String = MediaType.manifest) throws {
        let path = "/v2/a/manifests/\(reference)"
        let got = try server.request("GET", path, ["Accept": type])
        #expect(got.status == 200 && got.body == bytes)
        #expect(got["Content-Type"] == type)
        let head = try server.request("HEAD", path)
        #expect(head.status == 200 && head["Content-Length"] == String(bytes.count) && head["Content-Type"] == type)
        #expect(head["Docker-Content-Digest"] != nil)
    }

    @Test(arguments: Digest.Algorithm.allCases)
    func byDigestAndByTag(algorithm: Digest.Algorithm) throws {
        let (digest, bytes) = try server.pushImage([randomBytes(100)], to: "a", algorithm)
        try expectManifest(bytes, at: digest.description)
        try server.push(manifest: bytes, to: "a", as: "v1")
        try expectManifest(bytes, at: "v1")
        #expect(try server.store().resolve("a:v1").digest == Digest.of(bytes))
    }

    @Test func theVeryBytes() throws {
        let (_, bytes) = try server.pushImage([randomBytes(10)], to: "a")
        let spaced = Array("  \n".utf8) + bytes + Array("\n\n".utf8)
        try server.push(manifest: spaced, to: "a", as: "spaced")
        try expectManifest(spaced, at: "spaced")
    }

    @Test func locationLeadsToTheManifest() throws {
        let (_, bytes) = try server.pushImage([], to: "a")
        let answer = try server.request("PUT", "/v2/a/manifests/x", ["Content-Type": MediaType.manifest], body: bytes)
        #expect(answer.status == 201)
        #expect(answer["Docker-Content-Digest"] == Digest.of(bytes).description)
        #expect(try server.request("GET", try #require(answer["Location"])).body == bytes)
    }

    @Test func largeButNotTooLarge() throws {
        let (_, bytes) = try server.pushImage([randomBytes(10)], to: "a") { manifest in
            for number in 0..<390 { manifest.annotations["note-\(number)"] = String(repeating: "A", count: 10_000) }
        }
        try expectManifest(bytes, at: Digest.of(bytes).description)
        let large = bytes + [UInt8](repeating: UInt8(ascii: " "), count: Manifest.byteLimit - bytes.count)
        try server.push(manifest: large, to: "a", as: "limit")
        let headers = ["Content-Type": MediaType.manifest]
        let answer = try server.request("PUT", "/v2/a/manifests/over", headers, body: large + [32])
        #expect(answer.status == 413)
        let connection = try HTTPConnection(port: server.port)
        let chunk = Array("500000\r\n".utf8) + [UInt8](repeating: 32, count: 0x50_0000) + Array("\r\n0\r\n\r\n".utf8)
        try connection.send("PUT", "/v2/a/manifests/over", ["Transfer-Encoding": "chunked"], body: chunk)
        #expect(try connection.receive().status == 413)
        #expect(try server.request("GET", "/v2/a/manifests/over").status == 404)
    }

    @Test func indexesNestedEmptyAndSparse() throws {
        let (image, bytes) = try server.pushImage([randomBytes(10)], to: "a")
        let child = Descriptor(mediaType: MediaType.manifest, digest: image, size: bytes.count)
        let inner = ImageIndex(manifests: [child]).canonicalBytes
        let innerDigest = try server.push(manifest: inner, to: "a", type: MediaType.index)
        let innerEntry = Descriptor(mediaType: MediaType.index, digest: innerDigest, size: inner.count)
        let outer = ImageIndex(manifests: [innerEntry]).canonicalBytes
        try server.push(manifest: outer, to: "a", as: "outer", type: MediaType.index)
        try expectManifest(outer, at: "outer", type: MediaType.index)
        let empty = ImageIndex().canonicalBytes
        try server.push(manifest: empty, to: "a", as: "empty", type: MediaType.index)
        try expectManifest(empty, at: "empty", type: MediaType.index)
        let absent = Descriptor(mediaType: MediaType.manifest, digest: Digest.of(randomBytes(9)), size: 9)
        let sparse = ImageIndex(manifests: [child, absent]).canonicalBytes
        try server.push(manifest: sparse, to: "a", as: "sparse", type: MediaType.index)
        try expectManifest(sparse, at: "sparse", type: MediaType.index)
        #expect(try server.request("GET", "/v2/a/manifests/\(absent.digest)").status == 404)
        let store = try server.store()
        #expect(try store.verify().problems.isEmpty)
        #expect(try store.collectGarbage().blobs.isEmpty)
    }

    @Test func anImageWithoutItsLayersIsRefused() throws {
        let (_, bytes) = try server.pushImage([], to: "a")
        var manifest = try Manifest(parsing: bytes)
        manifest.layers = [Descriptor(mediaType: "x/y", digest: Digest.of(randomBytes(9)), size: 9)]
        let headers = ["Content-Type": MediaType.manifest]
        let answer = try server.request("PUT", "/v2/a/manifests/x", headers, body: manifest.canonicalBytes)
        #expect(answer.status == 404 && answer.code == "MANIFEST_BLOB_UNKNOWN")
        manifest.layers[0].mediaType = "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip"
        try server.push(manifest: manifest.canonicalBytes, to: "a", as: "foreign")
        #expect(try server.store().verify().problems.isEmpty)
    }

    @Test func dockersManifestsAreServedAndKept() throws {
        let layer = randomBytes(50)
        let (_, bytes) = try server.pushImage([layer], to: "a")
        let text = String(decoding: bytes, as: UTF8.self)
            .replacingOccurrences(of: MediaType.manifest, with: MediaType.dockerManifest)
        try server.push(manifest: Array(text.utf8), to: "a", as: "docker", type: MediaType.dockerManifest)
        try expectManifest(Array(text.utf8), at: "docker", type: MediaType.dockerManifest)
        _ = try server.store().collectGarbage()
        #expect(try server.request("GET", "/v2/a/blobs/\(Digest.of(layer))").status == 200)
    }

    @Test func tagsAsParameters() throws {
        let (_, bytes) = try server.pushImage([], to: "a")
        for algorithm in Digest.Algorithm.allCases {
            let digest = Digest.of(bytes, algorithm)
            let tags = (0..<12).map { "\(algorithm.rawValue)-\($0)" }
            let query = tags.map { "tag=\($0)" }.joined(separator: "&")
            let answer = try server.request(
                "PUT",
                "/v2/a/manifests/\(digest)?\(query)",
                ["Content-Type": MediaType.manifest],
                body: bytes
            )
            #expect(answer.status == 201)
            #expect(answer["OCI-Tag"] == tags.joined(separator: ", "))
            for tag in tags { try expectManifest(bytes, at: tag) }
        }
    }

    @Test(arguments: [
        "", "{", "[]", "{}", #"{"schemaVersion":1}"#, #"{"schemaVersion":2,"schemaVersion":2}"#, "\u{0}",
        #"{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json"}"#,
        #"{"schemaVersion":2,"config":{"mediaType":"a/b","digest":"sha256:../../etc/passwd","size":1},"layers":[]}"#,
        #"{"schemaVersion":2,"config":{"mediaType":"a/b","digest":"sha256:00","size":-1},"layers":[]}"#,
        #"{"schemaVersion":2,"mediaType":"text/html","manifests":[]}"#,
        String(repeating: #"{"a":"#, count: 100_000),
        #"{"schemaVersion":2,"manifests":[],"layers":[],"annotations":{"a":1}}"#,
    ])
    func whatIsNoManifest(_ text: String) throws {
        let headers = ["Content-Type": MediaType.manifest]
        let answer = try server.request("PUT", "/v2/a/manifests/x", headers, body: Array(text.utf8))
        #expect(answer.status == 400 && answer.code == "MANIFEST_INVALID", "\(answer)")
    }

    @Test func anImageThatIsAnIndexTooIsRefused() throws {
        let (_, bytes) = try server.pushImage([], to: "a")
        let both = String(decoding: bytes, as: UTF8.self).replacingOccurrences(
            of: #""layers":[]"#,
            with: #""layers":[],"manifests":[]"#
        )
        let headers = ["Content-Type": MediaType.manifest]
        #expect(
            try server.request("PUT", "/v2/a/manifests/x", headers, body: Array(both.utf8)).code == "MANIFEST_INVALID"
        )
    }

    @Test func digestsMustBeRight() throws {
        let (digest, bytes) = try server.pushImage([], to: "a")
        let headers = ["Content-Type": MediaType.manifest]
        let wrong = try server.request("PUT", "/v2/a/manifests/\(digest)", headers, body: bytes + [32])
        #expect(wrong.status == 400 && wrong.code == "DIGEST_INVALID")
        let malformed = try server.request("PUT", "/v2/a/manifests/sha256:baddigest", headers, body: bytes)
        #expect(malformed.status == 400 && malformed.code == "DIGEST_INVALID")
        #expect(try server.request("GET", "/v2/a/manifests/sha256:baddigest").status == 400)
        #expect(try server.request("GET", "/v2/a/manifests/absent").code == "MANIFEST_UNKNOWN")
        // No manifest can have such a name, so none is there; but none can be put there either.
        for method in ["GET", "HEAD", "DELETE"] {
            #expect(try server.request(method, "/v2/a/manifests/.INVALID_MANIFEST_NAME").status == 404)
        }
        #expect(try server.request("GET", "/v2/a/manifests/.INVALID").code == "MANIFEST_UNKNOWN")
        #expect(try server.request("PUT", "/v2/a/manifests/.INVALID", headers, body: bytes).code == "TAG_INVALID")
        let other = Digest.of(randomBytes(8))
        #expect(try server.request("GET", "/v2/a/manifests/\(other)").status == 404)
    }

    @Test func whatATagPointedToStaysByDigest() throws {
        let (first, bytes) = try server.pushImage([randomBytes(20)], to: "a", as: "v")
        try server.pushImage([randomBytes(20)], to: "a", as: "v")
        try expectManifest(bytes, at: first.description)
        _ = try server.store().collectGarbage()
        try expectManifest(bytes, at: first.description)
        #expect(try server.request("DELETE", "/v2/a/manifests/v").status == 202)
        #expect(try server.request("HEAD", "/v2/a/manifests/v").status == 404)
        #expect(try server.request("DELETE", "/v2/a/manifests/v").status == 404)
        #expect(try server.store().history(of: "a:v").count == 3)
    }
}
