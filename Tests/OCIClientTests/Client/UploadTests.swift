import OCI
import OCIClient
import Synchronization
import Testing

/// Uploads to servers that move, limit, lose and refuse them.
@Suite struct UploadTests {
    let fixture: ClientFixture
    let content = ClientFixture.content(200_000)
    var descriptor: Descriptor { ClientFixture.descriptor(content) }

    init() throws { fixture = try ClientFixture() }

    private func upload(
        to server: ScriptedServer,
        sources: [String] = [],
        options: ClientOptions = ClientFixture.options
    ) async throws -> UploadOutcome {
        try await fixture.upload(content, to: server, sources: sources, options: options)
    }

    /// A registry that keeps an upload's bytes; `move` gives the next location.
    private final class Upload: Sendable {
        let bytes = Mutex<[UInt8]>([])
        func append(_ more: [UInt8]) -> Int {
            bytes.withLock {
                $0 += more; return $0.count
            }
        }
        var content: [UInt8] { bytes.withLock { $0 } }
    }

    @Test func contentThatIsThereIsNotSent() async throws {
        let server = try ScriptedServer { $0.method == "HEAD" ? .answer(200) : .answer(500) }
        defer { server.stop() }
        #expect(try await upload(to: server) == .present)
        #expect(server.requests.map(\.method) == ["HEAD"])
    }

    @Test func relativeLocationKeepsItsQuery() async throws {
        let upload = Upload()
        let server = try ScriptedServer { request in
            switch request.method {
            case "HEAD": return .answer(404)
            case "POST": return .answer(202, ["Location": "up?_state=a%2Fb%3D&x=1"])
            default:
                _ = upload.append(request.body)
                return .answer(201)
            }
        }
        defer { server.stop() }
        #expect(try await self.upload(to: server) == .sent)
        let put = try #require(server.requests.last)
        #expect(put.path == "/v2/a/b/blobs/uploads/up")
        #expect(put.query == "_state=a%2Fb%3D&x=1&digest=sha256%3A\(descriptor.digest.hex)")
        #expect(upload.content == content)
    }

    @Test func locationOnAnotherHostGetsNoAuthorization() async throws {
        let storage = try ScriptedServer { _ in .answer(201) }
        defer { storage.stop() }
        let place = "http://\(storage.host)/put?sig=1"
        let server = try ScriptedServer { request in
            guard request.headers["authorization"] != nil else {
                return .answer(401, ["WWW-Authenticate": "Basic realm=\"r\""])
            }
            return request.method == "HEAD" ? .answer(404) : .answer(202, ["Location": place])
        }
        defer { server.stop() }
        let path = try fixture.file(content)
        let credential = Credential(user: "u", secret: .password("p"))
        let outcome = try await ClientFixture.client(
            of: server,
            credentials: FixedCredential(credential, for: server.host)
        ) { try await $0.upload("a/b", descriptor, from: path) }
        #expect(outcome == .sent)
        #expect(storage.requests.count == 1)
        #expect(storage.requests[0].headers["authorization"] == nil)
        #expect(storage.requests[0].body == content)
    }

    @Test func chunksFollowTheLocationOfEveryAnswer() async throws {
        let upload = Upload()
        let server = try ScriptedServer { request in
            switch request.method {
            case "HEAD": return .answer(404)
            case "POST": return .answer(202, ["Location": "/up/0"])
            case "PATCH":
                let count = upload.append(request.body)
                return .answer(202, ["Location": "/up/\(count)", "Range": "0-\(count - 1)"])
            default: return .answer(201)
            }
        }
        defer { server.stop() }
        var options = ClientFixture.options
        options.chunkSize = 80_000
        #expect(try await self.upload(to: server, options: options) == .sent)
        #expect(upload.content == content)
        let sent = server.requests.filter { $0.method != "HEAD" && $0.method != "POST" }
        #expect(sent.map(\.path) == ["/up/0", "/up/80000", "/up/160000", "/up/200000"])
        #expect(sent.map { $0.headers["content-range"] } == ["0-79999", "80000-159999", "160000-199999", nil])
    }

    @Test func leastChunkLengthIsHonoured() async throws {
        let upload = Upload()
        let server = try ScriptedServer { request in
            switch request.method {
            case "HEAD": return .answer(404)
            case "POST": return .answer(202, ["Location": "/up", "OCI-Chunk-Min-Length": "150000"])
            case "PATCH":
                let count = upload.append(request.body)
                return .answer(202, ["Location": "/up", "Range": "0-\(count - 1)"])
            default: return .answer(201)
            }
        }
        defer { server.stop() }
        var options = ClientFixture.options
        options.chunkSize = 10_000
        #expect(try await self.upload(to: server, options: options) == .sent)
        #expect(server.requests.filter { $0.method == "PATCH" }.map(\.body.count) == [150_000, 50_000])
        #expect(upload.content == content)
    }

    @Test func bodyThatIsTooLargeGoesInChunks() async throws {
        let upload = Upload()
        let server = try ScriptedServer { request in
            switch request.method {
            case "HEAD": return .answer(404)
            case "POST": return .answer(202, ["Location": "/up"])
            case "PATCH":
                let count = upload.append(request.body)
                return .answer(202, ["Location": "/up", "Range": "0-\(count - 1)"])
            case "PUT" where !request.body.isEmpty: return .answer(413)
            default: return .answer(201)
            }
        }
        defer { server.stop() }
        #expect(try await self.upload(to: server) == .sent)
        #expect(upload.content == content)
    }

    @Test func brokenUploadAsksWhereItStandsAndGoesOn() async throws {
        let upload = Upload()
        let server = try ScriptedServer(bodyLimit: { method, target in method == "PUT" ? 60_000 : .max }) { request in
            switch request.method {
            case "HEAD": return .answer(404)
            case "POST": return .answer(202, ["Location": "/up"])
            case "PUT" where request.headers["content-length"] != "0":
                _ = upload.append(request.body)
                return [.reset]
            case "GET": return .answer(204, ["Location": "/up?2", "Range": "0-\(upload.content.count - 1)"])
            case "PATCH":
                let count = upload.append(request.body)
                return .answer(202, ["Location": "/up?3", "Range": "0-\(count - 1)"])
            default: return .answer(201)
            }
        }
        defer { server.stop() }
        #expect(try await self.upload(to: server) == .sent)
        #expect(upload.content == content)
        #expect(server.requests.first { $0.method == "PATCH" }?.headers["content-range"] == "60000-199999")
    }

    @Test func lostUploadBeginsAnew() async throws {
        let upload = Upload()
        let server = try ScriptedServer { request in
            switch request.method {
            case "HEAD", "GET", "DELETE": return .answer(404)
            case "POST": return .answer(202, ["Location": "/up/\(request.index)"])
            default:
                guard request.path != "/up/1" else { return .answer(500) }
                _ = upload.append(request.body)
                return .answer(201)
            }
        }
        defer { server.stop() }
        #expect(try await self.upload(to: server) == .sent)
        #expect(upload.content == content)
        #expect(server.requests.filter { $0.method == "POST" }.count == 2)
    }

    @Test func lostAnswerIsFoundOutByAsking() async throws {
        let upload = Upload()
        let server = try ScriptedServer { request in
            switch request.method {
            case "HEAD": return .answer(upload.content.isEmpty ? 404 : 200)
            case "POST": return .answer(202, ["Location": "/up"])
            default:
                _ = upload.append(request.body)
                return [.reset]
            }
        }
        defer { server.stop() }
        #expect(try await self.upload(to: server) == .sent)
        #expect(server.requests.filter { $0.method == "PUT" }.count == 1)
    }

    @Test func refusedPieceAsksWhereTheUploadStands() async throws {
        let upload = Upload()
        let server = try ScriptedServer { request in
            switch request.method {
            case "HEAD": return .answer(404)
            case "POST": return .answer(202, ["Location": "/up"])
            case "GET": return .answer(204, ["Location": "/up", "Range": "0-\(max(0, upload.content.count - 1))"])
            case "PATCH":
                guard request.headers["content-range"]?.hasPrefix("\(upload.content.count)-") == true else {
                    return .answer(416)
                }
                // Says that it has the whole piece, but keeps a part of it.
                let isFirst = upload.content.isEmpty
                _ = upload.append(Array(request.body.prefix(isFirst ? 50_000 : request.body.count)))
                return .answer(202, ["Location": "/up"])
            default: return .answer(201)
            }
        }
        defer { server.stop() }
        var options = ClientFixture.options
        options.chunkSize = 100_000
        #expect(try await self.upload(to: server, options: options) == .sent)
        #expect(upload.content == content)
        #expect(server.requests.contains { $0.method == "GET" })
    }

    @Test func unauthorizedInTheMiddleOfTheBodyDoesNotHang() async throws {
        let large = ClientFixture.content(8 << 20)
        let descriptor = ClientFixture.descriptor(large)
        let path = try fixture.file(large)
        let upload = Upload()
        let tokens = Mutex(0)
        let address = Mutex("")
        let server = try ScriptedServer(bodyLimit: { method, _ in
            method == "PUT" && tokens.withLock { $0 } < 2 ? 65_536 : .max
        }) { request in
            if request.path == "/token" {
                let number = tokens.withLock {
                    $0 += 1; return $0
                }
                return .answer(200, [:], "{\"token\":\"t\(number)\"}")
            }
            let challenge = "Bearer realm=\"\(address.withLock { $0 })\""
            guard let authorization = request.headers["authorization"] else {
                return .answer(401, ["WWW-Authenticate": challenge])
            }
            switch request.method {
            case "HEAD", "GET", "DELETE": return .answer(404)
            case "POST": return .answer(202, ["Location": "/up"])
            default:
                guard authorization == "Bearer t2" || authorization == "Bearer t3" else {
                    // The token has expired: the answer comes while the body is still on its way, and no byte is read.
                    return [
                        .head(401, ["WWW-Authenticate": challenge, "Content-Length": "0"]), .pause(.seconds(2)), .close,
                    ]
                }
                _ = upload.append(request.body)
                return .answer(201)
            }
        }
        defer { server.stop() }
        address.withLock { $0 = "http://\(server.host)/token" }
        let outcome = try await ClientFixture.client(of: server) {
            try await $0.upload("a/b", descriptor, from: path)
        }
        #expect(outcome == .sent)
        #expect(upload.content == large)
    }

    @Test func contentOfTheBaseIsMounted() async throws {
        let server = try ScriptedServer { $0.method == "HEAD" ? .answer(404) : .answer(201) }
        defer { server.stop() }
        #expect(try await upload(to: server, sources: ["base"]) == .mounted)
        let post = try #require(server.requests.last)
        #expect(post.query == "mount=sha256%3A\(descriptor.digest.hex)&from=base")
        #expect(server.requests.count == 2)
    }

    @Test(arguments: [202, 403, 404])
    func mountThatFailsBecomesAnUpload(status: Int) async throws {
        let upload = Upload()
        let server = try ScriptedServer { request in
            switch request.method {
            case "HEAD": return .answer(404)
            case "POST" where request.query.isEmpty: return .answer(202, ["Location": "/fresh"])
            case "POST": return .answer(status, ["Location": "/offered"])
            default:
                _ = upload.append(request.body)
                return .answer(201)
            }
        }
        defer { server.stop() }
        #expect(try await self.upload(to: server, sources: ["base"]) == .sent)
        #expect(upload.content == content)
        #expect(server.requests.last?.path == (status == 202 ? "/offered" : "/fresh"))
    }

    @Test func digestThatTheRegistryKeepsIsCompared() async throws {
        let other = ClientFixture.descriptor([1, 2, 3]).digest
        let server = try ScriptedServer { request in
            switch request.method {
            case "HEAD": .answer(404)
            case "POST": .answer(202, ["Location": "/up"])
            default: .answer(201, ["Docker-Content-Digest": "\(other)"])
            }
        }
        defer { server.stop() }
        let error = await #expect(throws: ClientError.self) { try await upload(to: server) }
        #expect(error?.code == .damaged)
    }

    @Test func emptyContentIsSent() async throws {
        let server = try ScriptedServer { request in
            switch request.method {
            case "HEAD": .answer(404)
            case "POST": .answer(202, ["Location": "/up"])
            default: .answer(201)
            }
        }
        defer { server.stop() }
        let path = try fixture.file([])
        let outcome = try await ClientFixture.client(of: server) {
            try await $0.upload("a/b", ClientFixture.descriptor([]), from: path)
        }
        #expect(outcome == .sent)
    }
}
