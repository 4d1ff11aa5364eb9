import Foundation
import OCI
import OCIClient
import Synchronization
import Testing

/// Uploads to servers that break off, fall silent and lie about where to go on.
@Suite struct UploadFaultTests {
    let fixture: ClientFixture
    let content = ClientFixture.content(200_000)

    init() throws { fixture = try ClientFixture() }

    private func upload(
        to server: ScriptedServer,
        _ bytes: [UInt8]? = nil,
        credentials: any CredentialSource = NoCredentials(),
        options: ClientOptions = ClientFixture.options
    ) async throws -> UploadOutcome {
        try await fixture.upload(bytes ?? content, to: server, credentials: credentials, options: options)
    }

    /// A registry whose first `cuts` bodies break off after so many bytes; it keeps what has come.
    private func breakingServer(_ cuts: [Int], _ kept: Kept) throws -> ScriptedServer {
        let cuts = Mutex(cuts)
        return try ScriptedServer(bodyLimit: { method, _ in
            guard method == "PUT" || method == "PATCH" else { return .max }
            return cuts.withLock { $0.isEmpty ? .max : $0.removeFirst() }
        }) { request in
            switch request.method {
            case "HEAD": return .answer(404)
            case "POST":
                kept.bytes.withLock { $0 = [] }
                return .answer(202, ["Location": "/up/\(request.index)"])
            case "GET": return .answer(204, ["Location": request.target, "Range": kept.range])
            case "DELETE": return .answer(204)
            default:
                if let range = request.headers["content-range"], !range.hasPrefix("\(kept.count)-") {
                    return .answer(416)
                }
                kept.bytes.withLock { $0 += request.body }
                guard request.headers["content-length"] == "\(request.body.count)" else { return [.reset] }
                return request.method == "PUT"
                    ? .answer(201) : .answer(202, ["Location": request.target, "Range": kept.range])
            }
        }
    }

    /// What a server has of an upload.
    private final class Kept: Sendable {
        let bytes = Mutex<[UInt8]>([])
        var count: Int { bytes.withLock { $0.count } }
        var range: String { "0-\(max(0, count - 1))" }
    }

    @Test(arguments: [1, 2, 3, 5, 8, 13])
    func resetAtAnyByteLosesNothing(seed: UInt64) async throws {
        var generator = SeededGenerator(seed: seed)
        let cuts = (0..<4).map { _ in Int.random(in: 0..<content.count / 4, using: &generator) }
        for chunkSize in [nil, 60_000] {
            let kept = Kept()
            let server = try breakingServer(cuts, kept)
            defer { server.stop() }
            var options = ClientFixture.options
            options.chunkSize = chunkSize
            let sent = Mutex(0)
            let outcome = try await fixture.upload(content, to: server, options: options) { bytes in
                sent.withLock { $0 += bytes }
            }
            #expect(outcome == .sent)
            #expect(kept.bytes.withLock { $0 } == content)
            #expect(sent.withLock(\.self) == content.count, "what was sent in vain does not count")
        }
    }

    /// "Range: 0-0" is said of no byte and of one.
    @Test(arguments: [0, 1])
    func uploadThatHasNextToNothingBeginsAnew(count: Int) async throws {
        let kept = Kept()
        let server = try breakingServer([count], kept)
        defer { server.stop() }
        #expect(try await upload(to: server) == .sent)
        #expect(kept.bytes.withLock { $0 } == content)
        #expect(server.requests.filter { $0.method == "POST" }.count == 2)
    }

    /// A large body that is refused in its middle hangs, so it must not be sent without an answer to the challenge.
    @Test func bodiesAreSentOnceAndWithAuthorization() async throws {
        let server = try ScriptedServer { request in
            guard request.headers["authorization"] != nil else {
                return .answer(401, ["WWW-Authenticate": "Basic realm=\"r\""])
            }
            switch request.method {
            case "HEAD": return .answer(404)
            case "POST": return .answer(202, ["Location": "/up"])
            default: return .answer(201)
            }
        }
        defer { server.stop() }
        let credential = FixedCredential(Credential(user: "u", secret: .password("p")), for: server.host)
        #expect(try await upload(to: server, credentials: credential) == .sent)
        let bodies = server.requests.filter { !$0.body.isEmpty }
        #expect(bodies.count == 1)
        #expect(bodies.allSatisfy { $0.headers["authorization"] != nil })
    }

    @Test func storageThatAsksForCredentialsGetsNone() async throws {
        let storage = try ScriptedServer { _ in .answer(401, ["WWW-Authenticate": "Basic realm=\"give\""]) }
        defer { storage.stop() }
        let place = "http://\(storage.host)/put"
        let server = try ScriptedServer { request in
            guard request.headers["authorization"] != nil else {
                return .answer(401, ["WWW-Authenticate": "Basic realm=\"r\""])
            }
            return request.method == "HEAD" ? .answer(404) : .answer(202, ["Location": place])
        }
        defer { server.stop() }
        let credential = FixedCredential(Credential(user: "u", secret: .password("p")), for: server.host)
        let error = await #expect(throws: ClientError.self) { try await upload(to: server, credentials: credential) }
        #expect(error?.code == .unauthorized)
        #expect(storage.requests.allSatisfy { $0.headers["authorization"] == nil })
        #expect(!storage.requests.isEmpty)
    }

    @Test(arguments: [[:], ["Location": "http://"], ["Location": "ftp://127.0.0.1/x"]])
    func startWithoutAPlaceIsAnError(headers: [String: String]) async throws {
        let server = try ScriptedServer { $0.method == "HEAD" ? .answer(404) : .answer(202, headers) }
        defer { server.stop() }
        let error = await #expect(throws: ClientError.self) { try await upload(to: server) }
        #expect(error?.code == .invalid)
        #expect(server.requests.allSatisfy { $0.body.isEmpty })
    }

    /// A server that reads nothing of a body, and one that reads it and says nothing.
    @Test(arguments: [0, Int.max])
    func silenceIsNotWaitedForForEver(read: Int) async throws {
        let large = ClientFixture.content(16 << 20)
        let server = try ScriptedServer(bodyLimit: { method, _ in method == "PUT" ? read : .max }) { request in
            switch request.method {
            case "HEAD", "GET", "DELETE": .answer(404)
            case "POST": .answer(202, ["Location": "/up"])
            default: [.pause(.seconds(20)), .close]
            }
        }
        defer { server.stop() }
        let start = ContinuousClock.now
        let error = await #expect(throws: ClientError.self) {
            try await upload(to: server, large, options: ClientFixture.impatient(attempts: 2))
        }
        #expect(error?.code == .timedOut, "\(String(describing: error))")
        #expect(ContinuousClock.now - start < .seconds(20), "it waited for the server")
    }
}
