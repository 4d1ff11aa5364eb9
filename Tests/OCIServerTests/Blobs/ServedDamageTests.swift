import Foundation
import OCI
import Testing

/// Content that the server's disk has spoilt: a push heals it.
@Suite struct ServedDamageTests {
    let server: ServedStore
    let layer = randomBytes(5_000)

    init() throws { server = try ServedStore() }

    private func spoil(_ digest: Digest, _ change: (inout [UInt8]) -> Void) throws {
        let url = URL(fileURLWithPath: try server.store().blobPath(digest))
        var bytes = Array(try Data(contentsOf: url))
        change(&bytes)
        try Data(bytes).write(to: url)
    }

    private func status(_ method: String, _ path: String) throws -> Int { try server.request(method, path).status }

    /// What a mark says, or the size alone, is enough to be asked for the content again.
    @Test(arguments: [true, false])
    func aDamagedBlobIsHealedByAPush(isCut: Bool) throws {
        let image = try server.pushImage([layer], to: "a/b", as: "1")
        let digest = Digest.of(layer)
        let path = "/v2/a/b/blobs/\(digest)"
        try spoil(digest) { if isCut { $0.removeLast() } else { $0[7] ^= 1 } }
        if !isCut {
            #expect(try status("HEAD", path) == 200, "nobody knows")
            #expect(try server.store().verify().problems.map(\.digest) == [digest])
        }
        #expect(try status("HEAD", path) == 404)
        #expect(try status("GET", path) == 404)
        for manifest in ["1", "\(image.digest)"] {
            #expect(try status("GET", "/v2/a/b/manifests/\(manifest)") == 200)
            #expect(
                try status("HEAD", "/v2/a/b/manifests/\(manifest)") == (isCut ? 200 : 404),
                "a push must not stop here"
            )
        }
        let mount = try server.request("POST", "/v2/c/blobs/uploads/?mount=\(digest)&from=a/b", body: [])
        #expect(mount.status == 202, "it is not passed on either")
        let refused = try server.request(
            "PUT",
            "/v2/a/b/manifests/2",
            ["Content-Type": MediaType.manifest],
            body: image.bytes
        )
        #expect(refused.status == 404 && refused.code == "MANIFEST_BLOB_UNKNOWN")

        try server.pushImage([layer], to: "a/b", as: "2")
        #expect(try server.request("GET", path).body == layer)
        #expect(try status("HEAD", path) == 200)
        #expect(try status("HEAD", "/v2/a/b/manifests/1") == 200)
        #expect(try server.store().verify().problems.isEmpty)
    }

    @Test(arguments: [false, true])
    func aDamagedManifestIsHealedByAPush(isLarge: Bool) throws {
        let image = try server.pushImage([layer], to: "a/b", as: "1") {
            if isLarge { $0.annotations["x"] = String(repeating: "y", count: 100_000) }
        }
        let path = "/v2/a/b/manifests/\(image.digest)"
        server.stop()
        try spoil(image.digest) { $0[$0.count - 2] ^= 1 }
        _ = try server.store().verify()
        try server.start()
        for method in ["HEAD", "GET"] { #expect(try status(method, path) == 404) }
        #expect(try status("HEAD", "/v2/a/b/manifests/1") == 404)
        try server.push(manifest: image.bytes, to: "a/b", as: "1")
        #expect(try server.request("GET", path).body == image.bytes)
        #expect(try server.request("GET", "/v2/a/b/blobs/\(Digest.of(layer))").body == layer)
    }

    @Test func aSoundCopyPutInPlaceCounts() throws {
        let digest = try server.push(layer, to: "a/b")
        try spoil(digest) { $0[7] ^= 1 }
        _ = try server.store().verify()
        #expect(try status("HEAD", "/v2/a/b/blobs/\(digest)") == 404)
        try spoil(digest) { $0[7] ^= 1 }
        #expect(try server.store().verify().problems.isEmpty)
        #expect(try status("HEAD", "/v2/a/b/blobs/\(digest)") == 200)
    }
}
