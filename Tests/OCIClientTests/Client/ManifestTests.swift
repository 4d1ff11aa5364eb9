import OCI
import OCIClient
import Synchronization
import Testing

@Suite struct ManifestTests {
    private let bytes = Array(#"{"schemaVersion":2}"#.utf8)
    private var digest: Digest { .of(bytes) }

    @Test func manifestIsTakenByteForByte() async throws {
        let (bytes, digest) = (bytes, digest)
        let server = try ScriptedServer { _ in
            .answer(
                200,
                ["Content-Type": "\(MediaType.manifest); charset=utf-8", "Docker-Content-Digest": "\(digest)"],
                bytes
            )
        }
        defer { server.stop() }
        let manifest = try await ClientFixture.client(of: server) { try await $0.manifest("a/b", "1.0") }
        #expect(manifest?.bytes == bytes)
        #expect(manifest?.descriptor == Descriptor(mediaType: MediaType.manifest, digest: digest, size: bytes.count))
        #expect(server.requests[0].headers["accept"]?.contains(MediaType.manifest) == true)
    }

    @Test func manifestOfAnotherDigestIsRefused() async throws {
        let bytes = bytes
        let server = try ScriptedServer { _ in .answer(200, [:], bytes) }
        defer { server.stop() }
        let error = await #expect(throws: ClientError.self) {
            try await ClientFixture.client(of: server) { try await $0.manifest("a", "\(Digest.of([1]))") }
        }
        #expect(error?.code == .damaged)
    }

    @Test func digestHeaderThatLiesIsFoundOut() async throws {
        let bytes = bytes
        let server = try ScriptedServer { _ in .answer(200, ["Docker-Content-Digest": "\(Digest.of([1]))"], bytes) }
        defer { server.stop() }
        let error = await #expect(throws: ClientError.self) {
            try await ClientFixture.client(of: server) { try await $0.manifest("a", "latest") }
        }
        #expect(error?.code == .damaged)
    }

    @Test func manifestThatIsTooLongIsCutOff() async throws {
        let server = try ScriptedServer { _ in .answer(200, [:], [UInt8](repeating: 32, count: 5 << 20)) }
        defer { server.stop() }
        let error = await #expect(throws: ClientError.self) {
            try await ClientFixture.client(of: server) { try await $0.manifest("a", "latest") }
        }
        #expect(error?.code == .invalid)
    }

    @Test func tagResolvesWithAndWithoutDigestInTheHead() async throws {
        let (bytes, digest) = (bytes, digest)
        for answersHead in [true, false] {
            let server = try ScriptedServer { request in
                if request.path.hasSuffix("gone") { return .answer(404) }
                if request.method == "HEAD" {
                    return .answer(200, answersHead ? ["Docker-Content-Digest": "\(digest)"] : [:])
                }
                return .answer(200, [:], bytes)
            }
            defer { server.stop() }
            try await ClientFixture.client(of: server) {
                let (there, gone) = (try await $0.resolve("a", tag: "1"), try await $0.resolve("a", tag: "gone"))
                #expect(there == digest)
                #expect(gone == nil)
            }
        }
    }

    /// The answer to HEAD announces a body that does not come; nothing may be read twice.
    @Test(arguments: [400, 403, 500])
    func refusedHeadIsTold(status: Int) async throws {
        let server = try ScriptedServer { request in
            request.method == "HEAD"
                ? [.head(status, ["Content-Type": "application/json", "Content-Length": "88"])] : .answer(500)
        }
        defer { server.stop() }
        for ask in [
            { _ = try await $0.resolve("a", tag: "1") }, { _ = try await $0.hasManifest("a", .of([1])) },
            { _ = try await $0.blobSize("a", .of([1])) },
        ] as [(RegistryClient) async throws -> Void] {
            let error = await #expect(throws: ClientError.self) {
                try await ClientFixture.client(of: server) { try await ask($0) }
            }
            #expect(error?.message.contains("status \(status)") == true)
            #expect(error?.code == (status == 400 ? .refused : status == 403 ? .denied : .unavailable))
        }
    }

    @Test func putIsTypedAndCompared() async throws {
        let server = try ScriptedServer { request in
            .answer(
                201,
                [
                    "Docker-Content-Digest": request.path.hasSuffix("bad")
                        ? "\(Digest.of([1]))" : "\(Digest.of(request.body))"
                ]
            )
        }
        defer { server.stop() }
        try await ClientFixture.client(of: server) { client in
            try await client.putManifest(bytes, mediaType: MediaType.manifest, "a", "1")
            await #expect(throws: ClientError.self) {
                try await client.putManifest(bytes, mediaType: MediaType.manifest, "a", "bad")
            }
        }
        #expect(server.requests[0].headers["content-type"] == MediaType.manifest)
        #expect(server.requests[0].body == bytes)
    }

    @Test func deleteTellsWhetherItWasThere() async throws {
        let server = try ScriptedServer { .answer($0.index == 0 ? 202 : $0.index == 1 ? 404 : 405) }
        defer { server.stop() }
        try await ClientFixture.client(of: server) { client in
            let first = try await client.deleteManifest("a", "\(digest)")
            let second = try await client.deleteManifest("a", "\(digest)")
            #expect(first)
            #expect(!second)
            let error = await #expect(throws: ClientError.self) { try await client.deleteManifest("a", "1") }
            #expect(error?.code == .denied)
        }
    }

    @Test func listingsFollowTheirPagesWithinTheRegistry() async throws {
        let stranger = try ScriptedServer { _ in .answer(200, [:], #"{"tags":["stolen"]}"#) }
        defer { stranger.stop() }
        let away = "http://\(stranger.host)/v2/a/tags/list?page=4"
        let server = try ScriptedServer { request in
            switch request.query {
            case "n=1000": .answer(200, ["Link": "</v2/a/tags/list?page=2>; rel=\"next\""], #"{"tags":["1","2"]}"#)
            case "page=2": .answer(200, ["Link": "<list?page=3>; rel=next"], #"{"name":"a","tags":["3"]}"#)
            case "page=3": .answer(200, [:], #"{"tags":null}"#)
            default: .answer(404)
            }
        }
        defer { server.stop() }
        #expect(try await ClientFixture.client(of: server) { try await $0.tags("a") } == ["1", "2", "3"])
        let torn = try ScriptedServer { _ in .answer(200, ["Link": "<\(away)>; rel=\"next\""], #"{"tags":["1"]}"#) }
        defer { torn.stop() }
        let error = await #expect(throws: ClientError.self, "a part of it would pass for the whole") {
            try await ClientFixture.client(of: torn) { try await $0.tags("a") }
        }
        #expect(error?.code == .invalid && error?.message.contains(stranger.host) == true)
        #expect(stranger.requests.isEmpty)
    }

    @Test func listingWithoutEndIsAnError() async throws {
        let server = try ScriptedServer { request in
            .answer(200, ["Link": "</v2/_catalog?last=\(request.index)>; rel=\"next\""], #"{"repositories":["a"]}"#)
        }
        defer { server.stop() }
        let error = await #expect(throws: ClientError.self) {
            try await ClientFixture.client(of: server) { try await $0.repositories() }
        }
        #expect(error?.code == .invalid && error?.message.contains("does not end") == true)
    }

    /// A web server, or a proxy that wants people to log in.
    @Test func pageForPeopleIsNoRegistry() async throws {
        let server = try ScriptedServer { _ in
            .answer(200, ["Content-Type": "text/html; charset=utf-8"], "<html><form>log in</form></html>")
        }
        defer { server.stop() }
        for ask in [
            { try await $0.check() }, { _ = try await $0.resolve("a", tag: "1") }, { _ = try await $0.tags("a") },
            { _ = try await $0.manifest("a", "1") }, { _ = try await $0.hasManifest("a", .of([1])) },
        ] as [(RegistryClient) async throws -> Void] {
            let error = await #expect(throws: ClientError.self) {
                try await ClientFixture.client(of: server) { try await ask($0) }
            }
            #expect(
                error?.code == .invalid && error?.message.contains("web page") == true,
                "\(String(describing: error))"
            )
        }
    }

    @Test func listingThatGoesInCirclesEnds() async throws {
        let server = try ScriptedServer { _ in
            .answer(200, ["Link": "</v2/_catalog?n=1000>; rel=\"next\""], #"{"repositories":["a"]}"#)
        }
        defer { server.stop() }
        #expect(try await ClientFixture.client(of: server) { try await $0.repositories() } == ["a"])
    }

    @Test func referrersComeFromTheAPIOrTheTag() async throws {
        let digest = digest
        let index = ImageIndex(manifests: [
            Descriptor(mediaType: MediaType.manifest, digest: .of([1]), size: 1, artifactType: "sig"),
            Descriptor(mediaType: MediaType.manifest, digest: .of([2]), size: 1, artifactType: "doc"),
        ]).canonicalBytes
        for hasAPI in [true, false] {
            let server = try ScriptedServer { request in
                if request.path.contains("/referrers/") {
                    return hasAPI ? .answer(200, ["Content-Type": MediaType.index], index) : .answer(404)
                }
                return request.path == "/v2/a/manifests/sha256-\(digest.hex)"
                    ? .answer(200, ["Content-Type": MediaType.index], index) : .answer(404)
            }
            defer { server.stop() }
            try await ClientFixture.client(of: server) {
                let all = try await $0.referrers("a", of: digest)
                #expect(all.count == 2)
                // The server does not filter, so the client has to.
                let signatures = try await $0.referrers("a", of: digest, artifactType: "sig")
                #expect(signatures.map(\.digest) == [.of([1])])
            }
        }
    }

    @Test(arguments: [true, false]) func referrersThatCannotBeReadArePassedOver(hasAPI: Bool) async throws {
        let index = """
            {"schemaVersion":2,"manifests":[
            {"mediaType":"x","digest":"blake3:\(String(repeating: "0", count: 64))","size":1},{"size":[{}]},7,null,
            {"mediaType":"\(MediaType.manifest)","digest":"\(Digest.of([1]))","size":1}]}
            """
        let server = try ScriptedServer { request in
            !hasAPI && request.path.contains("/referrers/")
                ? .answer(501) : .answer(200, ["Content-Type": MediaType.index], index)
        }
        defer { server.stop() }
        let found = try await ClientFixture.client(of: server) { try await $0.referrers("a", of: digest) }
        #expect(found.map(\.digest) == [.of([1])])
    }

    @Test func referrersWithoutEndAreGivenUp() async throws {
        let page = Mutex(0)
        let server = try ScriptedServer { _ in
            let next = page.withLock { page in
                page += 1
                return page
            }
            let link = "</v2/a/referrers/x?page=\(next)>; rel=\"next\""
            return .answer(200, ["Content-Type": MediaType.index, "Link": link], #"{"schemaVersion":2}"#)
        }
        defer { server.stop() }
        let error = await #expect(throws: ClientError.self) {
            try await ClientFixture.client(of: server) { try await $0.referrers("a", of: digest) }
        }
        #expect(error?.code == .invalid)
    }

    @Test func referrerIsListedUnderTheTagWhereThereIsNoAPI() async throws {
        let subject = digest
        let kept = Mutex<[String: [UInt8]]>([:])
        let server = try ScriptedServer { request in
            if request.method == "PUT" {
                kept.withLock { $0[request.path] = request.body }
                return .answer(201)
            }
            guard let bytes = kept.withLock({ $0[request.path] }) else { return .answer(404) }
            return .answer(200, ["Content-Type": MediaType.index], bytes)
        }
        defer { server.stop() }
        try await ClientFixture.client(of: server) { client in
            for number in 1...2 {
                try await client.putReferrers([ClientFixture.referrer(number)], of: subject, "a")
            }
            let found = try await client.referrers("a", of: subject, artifactType: "sig")
            #expect(found.count == 2)
        }
    }

    @Test func pieceOfABlobIsReadWithAndWithoutRange() async throws {
        let content = ClientFixture.content(10_000)
        let honest = BlobServer(content: content)
        for ignoresRange in [true, false] {
            let server = try ScriptedServer { ignoresRange ? .answer(200, [:], content) : honest.answer($0) }
            defer { server.stop() }
            let piece = try await ClientFixture.client(of: server) {
                try await $0.blobPiece("a", honest.digest, range: 4_000..<4_100)
            }
            #expect(piece == Array(content[4_000..<4_100]))
        }
    }
}
