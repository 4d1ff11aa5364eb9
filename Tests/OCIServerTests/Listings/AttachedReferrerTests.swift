import OCI
import Testing

/// Referrers that another process on the server's machine has attached, and what garbage collection leaves of others.
@Suite struct AttachedReferrerTests {
    let server: ServedStore

    init() throws { server = try ServedStore() }

    private func statement(about digest: Digest, _ config: Descriptor, size: Int) -> Manifest {
        Manifest(
            artifactType: "application/vnd.example.statement",
            config: config,
            layers: [config],
            subject: Descriptor(mediaType: MediaType.manifest, digest: digest, size: size)
        )
    }

    private func referrers(of digest: Digest, in repository: String) throws -> [Digest] {
        let answer = try server.request("GET", "/v2/\(repository)/referrers/\(digest)")
        return try ImageIndex(parsing: answer.body).manifests.map(\.digest)
    }

    @Test func theyShowWhereverTheirSubjectIs() throws {
        let image = try server.pushImage([randomBytes(10)], to: "team/a", as: "1")
        try server.pushImage([randomBytes(10)], to: "team/b", as: "1")
        let store = try server.store()
        let lease = try store.lease()
        defer { lease.end() }
        let config = try lease.put(Array("{}".utf8), mediaType: MediaType.empty)
        let about = try lease.put(statement(about: image.digest, config, size: image.bytes.count))
        let further = try lease.put(statement(about: about.digest, config, size: about.size))
        try store.attach([about, further])
        #expect(try referrers(of: image.digest, in: "team/a") == [about.digest])
        #expect(try referrers(of: about.digest, in: "team/a") == [further.digest])
        #expect(try referrers(of: image.digest, in: "team/b") == [])
        #expect(try server.request("GET", "/v2/team/a/manifests/\(about.digest)").status == 200)
        #expect(try server.request("GET", "/v2/team/a/blobs/\(config.digest)").status == 200)
        #expect(try server.request("GET", "/v2/team/b/manifests/\(about.digest)").status == 404)
    }

    @Test func oneThatAClientPushedStaysWithoutItsSubject() throws {
        let empty = Array("{}".utf8)
        let config = Descriptor(mediaType: MediaType.empty, digest: try server.push(empty, to: "a"), size: empty.count)
        let pushed = try server.push(
            manifest: statement(about: .of([1]), config, size: 1).canonicalBytes,
            to: "a"
        )
        _ = try server.store().collectGarbage(minimumAge: 0)
        #expect(try server.request("GET", "/v2/a/manifests/\(pushed)").status == 200)
        #expect(try referrers(of: .of([1]), in: "a") == [pushed])
    }
}
