import Foundation
import OCI
import OCIClient
import Synchronization
import Testing

/// Servers that ask for credentials, rightly and wrongly.
@Suite struct AuthenticationTests {
    /// Counts how often it is asked, as a helper that wants a fingerprint each time would be.
    private final class Helper: CredentialSource {
        let count = Mutex(0)

        func credential(for host: String) async throws -> Credential? {
            count.withLock { $0 += 1 }
            return Credential(user: "u", secret: .password("p"))
        }
    }

    @Test(arguments: ["Basic realm=\"r\"", "Bearer realm=\"TOKENS\""])
    func credentialsAreLookedForOnce(challenge: String) async throws {
        let server = try ScriptedServer { request in
            if request.path == "/token" { return .answer(200, [:], #"{"token":"t"}"#) }
            guard request.headers["authorization"] == nil else { return .answer(200, [:], "{}") }
            let realm = "http://\(request.headers["host"] ?? "")/token"
            return .answer(401, ["WWW-Authenticate": challenge.replacing("TOKENS", with: realm)])
        }
        defer { server.stop() }
        let helper = Helper()
        try await ClientFixture.client(of: server, credentials: helper) { client in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for tag in 0..<20 { group.addTask { _ = try await client.manifest("a\(tag)", "1") } }
                try await group.waitForAll()
            }
        }
        #expect(helper.count.withLock { $0 } == 1)
    }

    private let credential = Credential(user: "alice", secret: .password("hunter2"))
    private let basic = "Basic \(Data("alice:hunter2".utf8).base64EncodedString())"

    /// A registry that asks for tokens of its own token service, which gives what `grant` says.
    private func tokenRegistry(
        _ accepts: @escaping @Sendable (String) -> Bool,
        grant: @escaping @Sendable (ScriptedServer.Request) -> [ScriptedServer.Step]
    ) throws -> ScriptedServer {
        let host = Mutex("")
        let server = try ScriptedServer { request in
            if request.path == "/token" { return grant(request) }
            // No body: the requests are HEAD, and what followed would be taken for the next answer.
            if let header = request.headers["authorization"], accepts(header) {
                return .answer(200, ["Content-Length": "2"])
            }
            let realm = "http://\(host.withLock { $0 })/token"
            return .answer(401, ["WWW-Authenticate": "Bearer realm=\"\(realm)\",service=\"s\""])
        }
        host.withLock { $0 = server.host }
        return server
    }

    private func head(_ client: RegistryClient, _ repository: String = "a") async throws {
        _ = try await client.hasManifest(repository, .of([1]))
    }

    @Test(arguments: ["token", "access_token"])
    func tokenIsFetchedOnceAndReused(member: String) async throws {
        let server = try tokenRegistry({ $0 == "Bearer T" }) { _ in .answer(200, [:], "{\"\(member)\":\"T\"}") }
        defer { server.stop() }
        try await ClientFixture.client(of: server, credentials: FixedCredential(credential, for: server.host)) {
            for _ in 0..<3 { try await head($0) }
        }
        let tokens = server.requests.filter { $0.path == "/token" }
        #expect(tokens.count == 1)
        #expect(tokens.first?.query == "service=s&scope=repository%3Aa%3Apull")
        #expect(tokens.first?.headers["authorization"] == basic)
        #expect(server.requests.filter { $0.headers["authorization"] == nil }.count == 1)
    }

    @Test func tokensAreKeptApartByScope() async throws {
        let server = try tokenRegistry({ $0.hasPrefix("Bearer") }) { .answer(200, [:], "{\"token\":\"t\($0.index)\"}") }
        defer { server.stop() }
        try await ClientFixture.client(of: server) {
            try await head($0, "a")
            try await head($0, "b")
            try await head($0, "a")
        }
        #expect(server.requests.filter { $0.path == "/token" }.count == 2)
    }

    @Test func concurrentFetchesAreMerged() async throws {
        let server = try tokenRegistry({ $0 == "Bearer T" }) { _ in
            [.pause(.milliseconds(100))] + .answer(200, [:], "{\"token\":\"T\"}")
        }
        defer { server.stop() }
        try await ClientFixture.client(of: server) { client in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<6 { group.addTask { try await head(client) } }
                try await group.waitForAll()
            }
        }
        #expect(server.requests.filter { $0.path == "/token" }.count == 1)
    }

    @Test func tokenLoopEnds() async throws {
        let server = try tokenRegistry({ _ in false }) { .answer(200, [:], "{\"token\":\"t\($0.index)\"}") }
        defer { server.stop() }
        let error = await #expect(throws: ClientError.self) {
            try await ClientFixture.client(of: server) { try await head($0) }
        }
        #expect(error?.code == .unauthorized)
        #expect(server.requests.count <= 6)
    }

    @Test func sameTokenAgainEndsAtOnce() async throws {
        let server = try tokenRegistry({ _ in false }) { _ in .answer(200, [:], "{\"token\":\"same\"}") }
        defer { server.stop() }
        let error = await #expect(throws: ClientError.self) {
            try await ClientFixture.client(of: server) { try await head($0) }
        }
        #expect(error?.code == .unauthorized)
        #expect(error?.message.contains("zoo login") == true)
    }

    @Test func refusedTokenIsReplaced() async throws {
        let seen = Mutex(0)
        let server = try tokenRegistry({ $0 == "Bearer t2" }) { _ in
            let number = seen.withLock {
                $0 += 1; return $0
            }
            return .answer(200, [:], "{\"token\":\"t\(number)\"}")
        }
        defer { server.stop() }
        try await ClientFixture.client(of: server) { try await head($0) }
        #expect(seen.withLock { $0 } == 2)
    }

    @Test func tokenServiceThatRefusesIsNotAskedAgain() async throws {
        let server = try tokenRegistry({ _ in false }) { _ in .answer(401) }
        defer { server.stop() }
        let error = await #expect(throws: ClientError.self) {
            try await ClientFixture.client(of: server) { try await head($0) }
        }
        #expect(error?.code == .unauthorized)
        #expect(server.requests.filter { $0.path == "/token" }.count == 1)
    }

    @Test(arguments: ["{}", "no JSON", "{\"token\":\"\"}", "{\"token\":\"a\\nb\"}", "[]"])
    func answerWithoutTokenIsAnError(body: String) async throws {
        let server = try tokenRegistry({ _ in false }) { _ in .answer(200, [:], body) }
        defer { server.stop() }
        let error = await #expect(throws: ClientError.self) {
            try await ClientFixture.client(of: server) { try await head($0) }
        }
        #expect(error?.code == .invalid)
    }

    @Test func realmMustNotSeeCredentialsInTheClear() async throws {
        let server = try ScriptedServer { _ in
            .answer(401, ["WWW-Authenticate": "Bearer realm=\"http://auth.example.com/token\""])
        }
        defer { server.stop() }
        let error = await #expect(throws: ClientError.self) {
            try await ClientFixture.client(of: server, credentials: FixedCredential(credential, for: server.host)) {
                try await head($0)
            }
        }
        #expect(error?.code == .insecure)
        #expect(error?.message.contains("auth.example.com") == true)
    }

    @Test(arguments: ["/token", "ftp://x/token", "http://user:pw@127.0.0.1/token", ""])
    func realmMustBeAnAddress(realm: String) async throws {
        let server = try ScriptedServer { _ in .answer(401, ["WWW-Authenticate": "Bearer realm=\"\(realm)\""]) }
        defer { server.stop() }
        let error = await #expect(throws: ClientError.self) {
            try await ClientFixture.client(of: server) { try await head($0) }
        }
        #expect(error?.code == .invalid)
    }

    @Test func basicIsAnswered() async throws {
        let expected = basic
        let server = try ScriptedServer { request in
            request.headers["authorization"] == expected
                ? .answer(200) : .answer(401, ["WWW-Authenticate": "Basic realm=\"x\""])
        }
        defer { server.stop() }
        try await ClientFixture.client(of: server, credentials: FixedCredential(credential, for: server.host)) {
            try await $0.check()
            try await head($0)
        }
        // The second request carries the answer without being asked.
        #expect(server.requests.count == 3)
    }

    @Test func missingAndWrongCredentialsAreToldApartAndNotShown() async throws {
        let server = try ScriptedServer { _ in .answer(401, ["WWW-Authenticate": "Basic realm=\"x\""]) }
        defer { server.stop() }
        let missing = await #expect(throws: ClientError.self) {
            try await ClientFixture.client(of: server) { try await $0.check() }
        }
        #expect(missing?.message.contains("asks for credentials; zoo login \(server.host)") == true)
        let wrong = await #expect(throws: ClientError.self) {
            try await ClientFixture.client(of: server, credentials: FixedCredential(credential, for: server.host)) {
                try await $0.check()
            }
        }
        #expect(wrong?.message == "\(server.host) refuses this user name and password")
        let stored = await #expect(throws: ClientError.self) {
            try await ClientFixture.client(of: server, credentials: StoredCredential(value: credential)) {
                try await $0.check()
            }
        }
        #expect(stored?.message.contains("refuses the credentials stored for it; zoo login \(server.host)") == true)
        #expect(wrong.map { "\($0)".contains("hunter2") } == false)
        #expect(!"\(credential)".contains("hunter2"))
        #expect(!"\(String(reflecting: credential))".contains("hunter2"))
    }

    @Test func unknownSchemeIsNamed() async throws {
        let server = try ScriptedServer { _ in .answer(401, ["WWW-Authenticate": "Negotiate"]) }
        defer { server.stop() }
        let error = await #expect(throws: ClientError.self) {
            try await ClientFixture.client(of: server) { try await $0.check() }
        }
        #expect(error?.message.contains("negotiate") == true)
    }

    @Test func identityTokenIsExchanged() async throws {
        let server = try tokenRegistry({ $0 == "Bearer T" }) { request in
            let body = String(decoding: request.body, as: UTF8.self)
            return request.method == "POST" && body.contains("refresh_token=secret%2B1")
                ? .answer(200, [:], "{\"access_token\":\"T\"}") : .answer(400)
        }
        defer { server.stop() }
        let identity = Credential(user: "", secret: .identityToken("secret+1"))
        try await ClientFixture.client(of: server, credentials: FixedCredential(identity, for: server.host)) {
            try await head($0)
        }
    }

    @Test func shortLifeOfATokenCountsAsAMinute() async throws {
        let server = try tokenRegistry({ $0 == "Bearer T" }) { _ in .answer(200, [:], #"{"token":"T","expires_in":1}"#)
        }
        defer { server.stop() }
        try await ClientFixture.client(of: server) { client in
            try await head(client)
            try await Task.sleep(for: .milliseconds(1_200))
            try await head(client)
        }
        #expect(server.requests.filter { $0.path == "/token" }.count == 1)
    }

    @Test func busyTokenServiceIsAskedAgain() async throws {
        let asked = Mutex(0)
        let server = try tokenRegistry({ $0 == "Bearer T" }) { _ in
            let number = asked.withLock {
                $0 += 1; return $0
            }
            switch number {
            case 1: return .answer(429, ["Retry-After": "0"])
            case 2: return [.reset]
            case 3: return .answer(503)
            default: return .answer(200, [:], #"{"token":"T"}"#)
            }
        }
        defer { server.stop() }
        try await ClientFixture.client(of: server) { try await head($0) }
        #expect(asked.withLock { $0 } == 4)
    }

    @Test func redirectedTokenServiceKeepsCredentialsFromOthers() async throws {
        let stranger = try ScriptedServer { _ in .answer(200, [:], #"{"token":"T"}"#) }
        defer { stranger.stop() }
        let place = "http://\(stranger.host)/token"
        let server = try tokenRegistry({ $0 == "Bearer T" }) { _ in .answer(307, ["Location": place]) }
        defer { server.stop() }
        try await ClientFixture.client(of: server, credentials: FixedCredential(credential, for: server.host)) {
            try await head($0)
        }
        #expect(server.requests.contains { $0.path == "/token" && $0.headers["authorization"] == basic })
        #expect(stranger.requests.count == 1)
        #expect(stranger.requests.allSatisfy { $0.headers["authorization"] == nil })
    }
}

/// A credential as if a file had kept it.
private struct StoredCredential: CredentialSource {
    let value: Credential

    func credential(for host: String) async throws -> Credential? { value }
}
