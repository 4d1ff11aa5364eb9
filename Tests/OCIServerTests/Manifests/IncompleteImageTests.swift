import OCI
import TestSupport
import Testing

/// Images whose blobs the repository lacks: refused, unless the server runs with `--accept-incomplete`.
@Suite struct IncompleteImageTests {
    private let absent = randomBytes(100)

    /// An image of a configuration that is there and a layer that is not.
    private func image(_ server: ServedStore) throws -> [UInt8] {
        let config = Array("{}".utf8)
        return Manifest(
            config: Descriptor(
                mediaType: "application/vnd.oci.image.config.v1+json",
                digest: try server.push(config, to: "a"),
                size: config.count
            ),
            layers: [
                Descriptor(
                    mediaType: "application/vnd.oci.image.layer.v1.tar",
                    digest: .of(absent),
                    size: absent.count
                )
            ]
        ).canonicalBytes
    }

    private func put(_ image: [UInt8], to server: ServedStore) throws -> HTTPAnswer {
        try server.request("PUT", "/v2/a/manifests/v1", ["Content-Type": MediaType.manifest], body: image)
    }

    @Test func theyAreRefusedByDefault() throws {
        let server = try ServedStore()
        let answer = try put(image(server), to: server)
        #expect(answer.status == 404 && answer.code == "MANIFEST_BLOB_UNKNOWN", "\(answer)")
        #expect(String(decoding: answer.body, as: UTF8.self).contains(Digest.of(absent).description))
        #expect(try server.request("HEAD", "/v2/a/manifests/v1").status == 404)
    }

    @Test func theyAreTakenWhereTheServerSaysSo() throws {
        let server = try ServedStore(["--accept-incomplete"])
        let image = try image(server)
        let answer = try put(image, to: server)
        #expect(answer.status == 201, "\(answer)")
        #expect(try server.request("GET", "/v2/a/manifests/v1").body == image)
        let blob = "/v2/a/blobs/\(Digest.of(absent))"
        #expect(try server.request("GET", blob).status == 404)

        // What lacks is known, so it is no damage, and what is there is kept.
        #expect(try server.store().verify().problems.isEmpty)
        #expect(try server.store().collectGarbage().blobs.isEmpty)
        server.stop()
        server.arguments = []
        try server.start()
        #expect(try server.request("GET", "/v2/a/manifests/v1").body == image)
        #expect(try put(self.image(server), to: server).status == 404, "and not by a server without the flag")

        // What comes later completes the image.
        try server.push(absent, to: "a")
        #expect(try server.request("GET", blob).body == absent)
        #expect(try server.request("DELETE", blob).code == "DENIED", "the image needs it")
        #expect(try server.store().collectGarbage().blobs.isEmpty)
        #expect(try put(image, to: server).status == 201)
        #expect(try server.store().verify().problems.isEmpty)
    }
}
