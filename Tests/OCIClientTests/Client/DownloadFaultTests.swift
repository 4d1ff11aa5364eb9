import OCI
import OCIClient
import Synchronization
import Testing

/// Downloads by several requests at once, and of those that are interrupted for another reason than the network.
@Suite struct DownloadFaultTests {
    let fixture: ClientFixture
    /// Three pieces' worth.
    static let large = ClientFixture.content(17 << 20)

    init() throws { fixture = try ClientFixture() }

    @Test(arguments: [1, 2, 3])
    func piecesSurviveResetsAtAnyByte(seed: UInt64) async throws {
        let honest = BlobServer(content: Self.large)
        let server = try ScriptedServer { request in
            let (status, headers, bytes) = honest.headers(request)
            guard request.index < 5, request.index % 2 == 0 else { return .answer(status, headers, bytes) }
            var generator = SeededGenerator(seed: seed &+ UInt64(request.index) &* 977)
            let cut = Int.random(in: 0..<bytes.count, using: &generator)
            return [.head(status, headers), .bytes(Array(bytes.prefix(cut))), .reset]
        }
        defer { server.stop() }
        let descriptor = ClientFixture.descriptor(Self.large)
        try await fixture.download(descriptor, from: server, connections: 3)
        #expect(try fixture.blob(descriptor) == Self.large)
        #expect(fixture.partials.isEmpty)
    }

    @Test func wrongPieceIsRefusedAndNotKept() async throws {
        var wrong = Self.large
        wrong[9 << 20] ^= 1
        let honest = BlobServer(content: wrong)
        let server = try ScriptedServer { honest.answer($0) }
        defer { server.stop() }
        let descriptor = ClientFixture.descriptor(Self.large)
        let error = await #expect(throws: ClientError.self) {
            try await fixture.download(descriptor, from: server, connections: 3)
        }
        #expect(error?.code == .damaged)
        #expect(try !fixture.store.hasBlob(descriptor.digest))
        #expect(fixture.partials.isEmpty)
    }

    /// The token expires while the content is on its way; what has come is not fetched again.
    @Test func newTokenIsFetchedWhereADownloadGoesOn() async throws {
        let content = ClientFixture.content(300_000)
        let honest = BlobServer(content: content)
        let address = Mutex("")
        let tokens = Mutex(0)
        let came = Atomic(0)
        let server = try ScriptedServer { request in
            if request.path == "/token" {
                let number = tokens.withLock {
                    $0 += 1; return $0
                }
                return .answer(200, [:], "{\"token\":\"t\(number)\"}")
            }
            let (status, headers, bytes) = honest.headers(request)
            switch request.headers["authorization"] {
            case "Bearer t1" where request.headers["range"] == nil:
                return [
                    .head(status, headers), .bytes(Array(bytes.prefix(100_000))),
                    .until { came.load(ordering: .relaxed) == 100_000 }, .close,
                ]
            case "Bearer t2": return .answer(status, headers, bytes)
            default:
                let realm = address.withLock { $0 }
                return .answer(401, ["WWW-Authenticate": "Bearer realm=\"\(realm)\""])
            }
        }
        defer { server.stop() }
        address.withLock { $0 = "http://\(server.host)/token" }
        let descriptor = ClientFixture.descriptor(content)
        try await fixture.download(descriptor, from: server) { came.add($0, ordering: .relaxed) }
        #expect(try fixture.blob(descriptor) == content)
        #expect(server.requests.last?.headers["range"] == "bytes=100000-299999")
        #expect(tokens.withLock { $0 } == 2)
    }

    @Test func drippingHeadTimesOut() async throws {
        let content = ClientFixture.content(1_000)
        let server = try ScriptedServer { _ in
            Array("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\nX-Padding: drip by drip\r\n".utf8)
                .flatMap { [.bytes([$0]), .pause(.milliseconds(60))] as [ScriptedServer.Step] }
        }
        defer { server.stop() }
        let error = await #expect(throws: ClientError.self) {
            try await fixture.download(
                ClientFixture.descriptor(content),
                from: server,
                options: ClientFixture.impatient(attempts: 2)
            )
        }
        #expect(error?.code == .timedOut)
    }
}
