import Foundation
import OCI
import OCIClient
import Testing

@Suite struct RedirectTests {
    let fixture: ClientFixture
    let content = ClientFixture.content(50_000)
    var descriptor: Descriptor { ClientFixture.descriptor(content) }

    init() throws { fixture = try ClientFixture() }

    @Test func authorizationStaysWithItsOriginAndRangeIsKept() async throws {
        let honest = BlobServer(content: content)
        let storage = try ScriptedServer { honest.answer($0) }
        defer { storage.stop() }
        let place = "http://\(storage.host)/blob?X-Signature=s%2Fx"
        let server = try ScriptedServer { request in
            request.headers["authorization"] == nil
                ? .answer(401, ["WWW-Authenticate": "Basic realm=\"x\""]) : .answer(307, ["Location": place])
        }
        defer { server.stop() }
        try fixture.leavePartial(descriptor, content[..<20_000])
        let credential = Credential(user: "u", secret: .password("p"))
        try await ClientFixture.client(of: server, credentials: FixedCredential(credential, for: server.host)) {
            let partial = try #require(try fixture.store.lease().partial(descriptor))
            try await $0.download("a/b", into: partial)
        }
        #expect(try fixture.blob(descriptor) == content)
        let stored = try #require(storage.requests.first)
        #expect(stored.headers["authorization"] == nil)
        #expect(stored.headers["range"] == "bytes=20000-49999")
        #expect(stored.query == "X-Signature=s%2Fx")
    }

    @Test func redirectWithinTheRegistryKeepsAuthorization() async throws {
        let honest = BlobServer(content: content)
        let server = try ScriptedServer { request in
            guard request.headers["authorization"] != nil else {
                return .answer(401, ["WWW-Authenticate": "Basic realm=\"x\""])
            }
            return request.path == "/other" ? honest.answer(request) : .answer(302, ["Location": "/other"])
        }
        defer { server.stop() }
        let credential = Credential(user: "u", secret: .password("p"))
        let bytes = try await ClientFixture.client(
            of: server,
            credentials: FixedCredential(credential, for: server.host)
        ) { try await $0.blob("a/b", descriptor, limit: 1 << 20) }
        #expect(bytes == content)
    }

    @Test func endlessRedirectsEnd() async throws {
        let server = try ScriptedServer { .answer(307, ["Location": "/again/\($0.index)"]) }
        defer { server.stop() }
        let error = await #expect(throws: ClientError.self) {
            try await ClientFixture.client(of: server) { try await $0.blob("a", descriptor, limit: 1 << 20) }
        }
        #expect(error?.code == .invalid)
        #expect(server.requests.count < 10)
    }

    @Test(arguments: ["ftp://example.com/x", "http://user:secret@example.com/x", "http://", "http+unix://%2Ftmp%2Fs/x"])
    func redirectToNowhereIsRefused(location: String) async throws {
        let server = try ScriptedServer { _ in .answer(307, ["Location": location]) }
        defer { server.stop() }
        let error = await #expect(throws: ClientError.self) {
            try await ClientFixture.client(of: server) { try await $0.blob("a", descriptor, limit: 1 << 20) }
        }
        #expect(error?.code == .invalid)
        #expect(error.map { "\($0)".contains("secret") } == false)
    }

    @Test func messagesDoNotShowQueries() async throws {
        let server = try ScriptedServer { request in
            request.path == "/blob" ? .answer(403) : .answer(307, ["Location": "/blob?signature=topsecret"])
        }
        defer { server.stop() }
        let error = await #expect(throws: ClientError.self) {
            try await ClientFixture.client(of: server) { try await $0.blob("a", descriptor, limit: 1 << 20) }
        }
        #expect(error?.code == .denied)
        #expect(error.map { "\($0)".contains("topsecret") } == false)
    }
}
