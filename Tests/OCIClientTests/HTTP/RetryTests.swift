import Foundation
import OCI
import OCIClient
import Testing

@Suite struct RetryTests {
    @Test(arguments: [408, 429, 500, 502, 503, 504])
    func transientAnswersAreAskedAgain(status: Int) async throws {
        let server = try ScriptedServer { .answer($0.index < 2 ? status : 200) }
        defer { server.stop() }
        try await ClientFixture.client(of: server) { try await $0.check() }
        #expect(server.requests.count == 3)
    }

    @Test func attemptsAreBounded() async throws {
        let server = try ScriptedServer { _ in .answer(503, [:], #"{"errors":[{"code":"DOWN","message":"for\nnow"}]}"#)
        }
        defer { server.stop() }
        let error = await #expect(throws: ClientError.self) {
            try await ClientFixture.client(of: server) { try await $0.check() }
        }
        #expect(error?.code == .unavailable)
        #expect(error?.message.contains("DOWN: for now") == true)
        #expect(server.requests.count == 5)
    }

    @Test(arguments: [400, 403, 404, 405, 501])
    func otherAnswersAreNot(status: Int) async throws {
        let server = try ScriptedServer { _ in .answer(status) }
        defer { server.stop() }
        await #expect(throws: ClientError.self) {
            try await ClientFixture.client(of: server) { try await $0.check() }
        }
        #expect(server.requests.count == 1)
    }

    @Test func retryAfterIsWaitedFor() async throws {
        let server = try ScriptedServer { $0.index == 0 ? .answer(429, ["Retry-After": "1"]) : .answer(200) }
        defer { server.stop() }
        let start = ContinuousClock.now
        try await ClientFixture.client(of: server) { try await $0.check() }
        #expect(ContinuousClock.now - start >= .seconds(1))
        #expect(server.requests.count == 2)
    }

    @Test func waitThatIsTooLongIsToldInstead() async throws {
        let server = try ScriptedServer { _ in .answer(429, ["Retry-After": "7200"]) }
        defer { server.stop() }
        let error = await #expect(throws: ClientError.self) {
            try await ClientFixture.client(of: server) { try await $0.check() }
        }
        #expect(error?.message.contains("7200") == true)
        #expect(server.requests.count == 1)
    }

    @Test func refusedConnectionsAreTriedAgainAndNamed() async throws {
        let server = try ScriptedServer { _ in .answer(200) }
        server.stop()
        let error = await #expect(throws: ClientError.self) {
            try await ClientFixture.client(of: server) { try await $0.check() }
        }
        #expect(error?.code == .unreachable)
        #expect(error?.message.contains("\(server.port): Connection refused") == true)
    }

    @Test(arguments: [
        ("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{}", "closed the connection"),
        ("SSH-2.0-x\r\n\r\n", "not HTTP"),
    ])
    func whatIsNoAnswerIsNamed(bytes: String, words: String) async throws {
        let server = try ScriptedServer { _ in [.bytes(Array(bytes.utf8)), .close] }
        defer { server.stop() }
        let error = await #expect(throws: ClientError.self) {
            try await ClientFixture.client(of: server) { _ = try await $0.manifest("a", "1") }
        }
        #expect(error?.code == .unreachable && error?.message.contains(words) == true, "\(String(describing: error))")
    }

    @Test func delaysDoubleWithinTheirJitter() {
        let policy = RetryPolicy()
        for attempt in 0..<6 {
            let full = Duration.milliseconds(250 << attempt)
            for _ in 0..<50 {
                let delay = policy.delay(after: attempt)
                #expect(delay >= full / 2 && delay <= full)
            }
        }
    }

    @Test func retryAfterIsReadAsSecondsOrDate() {
        let now = Date(timeIntervalSince1970: 784_111_770)
        #expect(RetryPolicy.retryAfter("120", now: now) == .seconds(120))
        #expect(RetryPolicy.retryAfter("Sun, 06 Nov 1994 08:49:37 GMT", now: now) == .seconds(7))
        #expect(RetryPolicy.retryAfter("Sun, 06 Nov 1994 08:00:00 GMT", now: now) == .seconds(0))
        for nonsense in [nil, "", "-1", "soon", "Sun, 99 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 8 GMT"] {
            #expect(RetryPolicy.retryAfter(nonsense, now: now) == nil)
        }
    }
}
