import OCI
import Testing

/// Deleting, and what garbage collection then frees.
@Suite struct DeletionTests {
    let server: ServedStore

    init() throws { server = try ServedStore() }

    func status(_ path: String) throws -> Int { try server.request("HEAD", path).status }

    @Test func aModelWithItsTagsAndBlobs() throws {
        let layers = (0..<3).map { _ in randomBytes(100) }
        let (digest, bytes) = try server.pushImage(layers, to: "a", as: "v1")
        try server.push(manifest: bytes, to: "a", as: "v2")
        #expect(try server.request("DELETE", "/v2/a/manifests/\(digest)").status == 202)
        for reference in ["v1", "v2", digest.description] { #expect(try status("/v2/a/manifests/\(reference)") == 404) }
        #expect(try server.request("DELETE", "/v2/a/manifests/\(digest)").status == 404)
        let blob = "/v2/a/blobs/\(Digest.of(layers[0]))"
        #expect(try server.request("DELETE", blob).status == 202)
        #expect(try status(blob) == 404)
        #expect(try server.request("DELETE", blob).status == 404)
        let report = try server.store().collectGarbage()
        #expect(report.blobs.count == 5, "a manifest, a configuration and three layers")
        #expect(try server.store().verify().blobs == 0)
    }

    @Test func whatIsInUseStays() throws {
        let layer = randomBytes(100)
        let (digest, bytes) = try server.pushImage([layer], to: "a", as: "v1")
        let blob = try server.request("DELETE", "/v2/a/blobs/\(Digest.of(layer))")
        #expect(blob.status == 405 && blob.code == "DENIED")
        let child = Descriptor(mediaType: MediaType.manifest, digest: digest, size: bytes.count)
        let index = ImageIndex(manifests: [child]).canonicalBytes
        let indexDigest = try server.push(manifest: index, to: "a", type: MediaType.index)
        let manifest = try server.request("DELETE", "/v2/a/manifests/\(digest)")
        #expect(manifest.status == 405 && manifest.code == "DENIED")
        #expect(try server.request("DELETE", "/v2/a/manifests/\(indexDigest)").status == 202)
        #expect(try server.request("DELETE", "/v2/a/manifests/\(digest)").status == 202)
        #expect(try server.store().collectGarbage().blobs.count == 4)
    }

    @Test func anotherRepositoryKeepsWhatItHas() throws {
        let layer = randomBytes(100)
        let (digest, _) = try server.pushImage([layer], to: "a", as: "v1")
        try server.pushImage([layer], to: "b", as: "v1")
        #expect(try server.request("DELETE", "/v2/a/manifests/\(digest)").status == 202)
        _ = try server.store().collectGarbage()
        #expect(try status("/v2/b/manifests/\(digest)") == 200)
        #expect(try status("/v2/b/blobs/\(Digest.of(layer))") == 200)
        #expect(try status("/v2/a/blobs/\(Digest.of(layer))") == 404)
        #expect(try server.store().verify().problems.isEmpty)
    }

    @Test func garbageCollectionKeepsWhatAClientIsAboutToReferTo() throws {
        let waiting = randomBytes(100)
        let digest = try server.push(waiting, to: "a")
        let upload = try #require(server.request("POST", "/v2/a/blobs/uploads/", body: [])["Location"])
        #expect(try server.request("PATCH", upload, body: [1, 2, 3]).status == 202)
        let (old, _) = try server.pushImage([randomBytes(100)], to: "a", as: "old")
        let reused = try Manifest(parsing: server.request("GET", "/v2/a/manifests/old").body).layers[0].digest
        // A client asks for a blob, and relies on it, while another deletes the model that it came with.
        #expect(try status("/v2/a/blobs/\(reused)") == 200)
        #expect(try server.request("DELETE", "/v2/a/manifests/\(old)").status == 202)
        _ = try server.store().collectGarbage()
        #expect(try status("/v2/a/blobs/\(digest)") == 200)
        #expect(try status("/v2/a/blobs/\(reused)") == 200)
        #expect(try server.request("PUT", "\(upload)?digest=\(Digest.of([1, 2, 3]))", body: []).status == 201)
    }
}
