import Foundation
import OCI
import Testing

/// Tags, repositories and referrers (OCI distribution specification 1.1, "Content Discovery").
@Suite struct ListingTests {
    let server: ServedStore

    init() throws { server = try ServedStore() }

    func tags(_ query: String = "") throws -> (tags: [String], link: String?) {
        let answer = try server.request("GET", "/v2/a/tags/list\(query)")
        #expect(answer.status == 200)
        let body = try #require(answer.json as? [String: Any])
        #expect(body["name"] as? String == "a")
        return (try #require(body["tags"] as? [String]), answer["Link"])
    }

    @Test func tagsSortedAndInPages() throws {
        let (_, bytes) = try server.pushImage([], to: "a", as: "b")
        for tag in ["Z", "a", "10", "9", "_x"] { try server.push(manifest: bytes, to: "a", as: tag) }
        let sorted = ["10", "9", "Z", "_x", "a", "b"]
        #expect(try tags().tags == sorted)
        #expect(try tags().link == nil)
        #expect(try tags("?n=0").tags == [])
        #expect(try tags("?n=0").link == nil)
        #expect(try tags("?last=Z").tags == ["_x", "a", "b"])
        #expect(try tags("?last=zzz").tags == [])
        #expect(try tags("?n=6").link == nil)
        #expect(try tags("?n=100").tags == sorted)
        var seen: [String] = []
        var next: String? = "?n=2"
        while let query = next {
            let page = try tags(query)
            #expect(page.tags.count == 2)
            seen += page.tags
            next = page.link.flatMap { link in
                link.hasPrefix("</v2/a/tags/list?") && link.hasSuffix(">; rel=\"next\"")
                    ? "?" + link.split(separator: "?")[1].split(separator: ">")[0] : nil
            }
        }
        #expect(seen == sorted)
        for query in ["n=-1", "n=x", "n=99999999999999999999"] {
            #expect(try server.request("GET", "/v2/a/tags/list?\(query)").status == 400)
        }
    }

    @Test func unknownRepositories() throws {
        let answer = try server.request("GET", "/v2/a/tags/list")
        #expect(answer.status == 404 && answer.code == "NAME_UNKNOWN")
        let referrers = try server.request("GET", "/v2/a/referrers/\(Digest.of([1]))")
        #expect(referrers.status == 200 && referrers["Content-Type"] == MediaType.index)
        #expect(try ImageIndex(parsing: referrers.body).manifests.isEmpty)
        #expect(try server.request("GET", "/v2/a/referrers/sha256:xyz").status == 400)
    }

    @Test func aRepositoryWithoutTagsIsEmpty() throws {
        try server.pushImage([], to: "a")
        #expect(try tags().tags == [])
    }

    @Test func catalog() throws {
        for name in ["b", "a", "a/b", "ghcr.io/org/model"] { try server.pushImage([], to: name, as: "1") }
        func names(_ query: String) throws -> [String] {
            let answer = try server.request("GET", "/v2/_catalog\(query)")
            return try #require((answer.json as? [String: Any])?["repositories"] as? [String])
        }
        #expect(try names("") == ["a", "a/b", "b", "ghcr.io/org/model"])
        #expect(try names("?n=2") == ["a", "a/b"])
        #expect(try names("?n=2&last=a/b") == ["b", "ghcr.io/org/model"])
    }

    @Test func referrers() throws {
        let (subject, bytes) = try server.pushImage([randomBytes(10)], to: "a", as: "model")
        let target = Descriptor(mediaType: MediaType.manifest, digest: subject, size: bytes.count)
        func artifact(_ type: String?, _ note: String, as tag: String? = nil) throws -> Digest {
            try server.pushImage([], to: "a", as: tag) {
                $0.subject = target
                $0.artifactType = type
                $0.annotations["note"] = note
            }.digest
        }
        let signature = try artifact("application/vnd.example.signature", "s")
        let document = try artifact("application/vnd.example.sbom", "d", as: "tagged")
        let plain = try artifact(nil, "p")
        var index = ImageIndex(subject: target)
        index.annotations["note"] = "i"
        try server.push(manifest: index.canonicalBytes, to: "a", type: MediaType.index)

        func list(_ query: String = "") throws -> (entries: [Digest: Descriptor], filters: String?) {
            let answer = try server.request("GET", "/v2/a/referrers/\(subject)\(query)")
            #expect(answer.status == 200 && answer["Content-Type"] == MediaType.index)
            let entries = try ImageIndex(parsing: answer.body).manifests
            return (Dictionary(uniqueKeysWithValues: entries.map { ($0.digest, $0) }), answer["OCI-Filters-Applied"])
        }
        let all = try list()
        #expect(Set(all.entries.keys) == [signature, document, plain, Digest.of(index.canonicalBytes)])
        #expect(all.filters == nil)
        #expect(all.entries[signature]?.annotations == ["note": "s"])
        #expect(all.entries[signature]?.artifactType == "application/vnd.example.signature")
        #expect(all.entries[plain]?.artifactType == "application/vnd.oci.image.config.v1+json")
        #expect(all.entries[Digest.of(index.canonicalBytes)]?.artifactType == nil)
        let filtered = try list("?artifactType=application%2Fvnd.example.sbom")
        #expect(Set(filtered.entries.keys) == [document])
        #expect(filtered.filters == "artifactType")
        #expect(try list("?artifactType=none/such").entries.isEmpty)
        // A plus that a client did not encode is meant: no media type has a space.
        #expect(
            try Set(list("?artifactType=application/vnd.oci.image.config.v1+json").entries.keys) == [plain]
        )
        #expect(try server.request("DELETE", "/v2/a/manifests/\(signature)").status == 202)
        #expect(try list().entries[signature] == nil)
    }

    @Test func aSubjectMayBeMissing() throws {
        let absent = Descriptor(mediaType: MediaType.manifest, digest: Digest.of(randomBytes(9)), size: 9)
        let (_, bytes) = try server.pushImage([], to: "a") { $0.subject = absent }
        let answer = try server.request("PUT", "/v2/a/manifests/x", ["Content-Type": MediaType.manifest], body: bytes)
        #expect(answer.status == 201 && answer["OCI-Subject"] == absent.digest.description)
        let list = try server.request("GET", "/v2/a/referrers/\(absent.digest)")
        #expect(try ImageIndex(parsing: list.body).manifests.map(\.digest) == [Digest.of(bytes)])
    }

    @Test func referrersInPages() throws {
        let absent = Descriptor(mediaType: MediaType.manifest, digest: Digest.of(randomBytes(9)), size: 9)
        for number in 0..<6 {
            try server.pushImage([], to: "a") {
                $0.subject = absent
                $0.annotations["note"] = String(repeating: "\(number)", count: 1_000_000)
            }
        }
        var seen: Set<Digest> = []
        var path: String? = "/v2/a/referrers/\(absent.digest)"
        var pages = 0
        while let next = path {
            let answer = try server.request("GET", next)
            #expect(answer.body.count <= Manifest.byteLimit + 1000)
            seen.formUnion(try ImageIndex(parsing: answer.body).manifests.map(\.digest))
            path = answer["Link"].map { String($0.dropFirst().prefix { $0 != ">" }) }
            pages += 1
        }
        #expect(seen.count == 6 && pages == 2)
    }
}
