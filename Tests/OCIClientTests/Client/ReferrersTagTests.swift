import Foundation
import OCI
import OCIClient
import Synchronization
import Testing

/// Several writers of the index that stands for the referrers API.
@Suite struct ReferrersTagTests {
    private static let subject = Digest.of([0])
    private static let path = "/v2/a/manifests/sha256-\(subject.hex)"

    /// A registry without that API which lets others write between a client's requests.
    private final class TagRegistry: Sendable {
        let kept = Mutex<[String: [UInt8]]>([:])

        /// Answers as a registry does; one that knows conditions tells the index's digest as entity tag.
        func answer(_ request: ScriptedServer.Request, knowsConditions: Bool = false) -> [ScriptedServer.Step] {
            kept.withLock { kept in
                let entityTag = kept[request.path].map { "\"\(Digest.of($0))\"" }
                guard request.method == "PUT" else {
                    guard let bytes = kept[request.path], let entityTag else { return .answer(404) }
                    let headers = ["Content-Type": MediaType.index, "ETag": knowsConditions ? entityTag : ""]
                    return .answer(200, headers.filter { !$0.value.isEmpty }, bytes)
                }
                if knowsConditions {
                    if let wanted = request.headers["if-match"], wanted != entityTag { return .answer(412) }
                    if request.headers["if-none-match"] == "*", entityTag != nil { return .answer(412) }
                }
                kept[request.path] = request.body
                return .answer(201)
            }
        }

        /// Another client writes the index, with these entries alone.
        func overwrite(_ entries: Descriptor...) {
            kept.withLock { $0[ReferrersTagTests.path] = ImageIndex(manifests: entries).canonicalBytes }
        }

        func entries() throws -> Set<Digest> {
            try Set(ImageIndex(parsing: kept.withLock { $0[ReferrersTagTests.path] } ?? []).manifests.map(\.digest))
        }
    }

    @Test func whoIsOverwrittenWritesAgain() async throws {
        let registry = TagRegistry()
        let (mine, other) = (ClientFixture.referrer(1), ClientFixture.referrer(2))
        let writes = Atomic(0)
        let server = try ScriptedServer { request in
            let answer = registry.answer(request)
            if request.method == "PUT", request.path == Self.path,
                writes.add(1, ordering: .relaxed).newValue <= 2
            {
                // Read the index before this request came, and writes it now.
                registry.overwrite(other.descriptor)
            }
            return answer
        }
        defer { server.stop() }
        try await ClientFixture.client(of: server) { try await $0.putReferrers([mine], of: Self.subject, "a") }
        #expect(try registry.entries() == [mine.descriptor.digest, other.descriptor.digest])
        #expect(writes.load(ordering: .relaxed) == 3)
    }

    @Test(arguments: [true, false])
    func aRegistryThatKnowsConditionsRefusesWhatWasReadTooEarly(hasIndex: Bool) async throws {
        let registry = TagRegistry()
        let (mine, early, late) = (ClientFixture.referrer(1), ClientFixture.referrer(2), ClientFixture.referrer(3))
        if hasIndex { registry.overwrite(early.descriptor) }
        let answers = Mutex<[Bool]>([])
        let server = try ScriptedServer { request in
            guard request.method == "PUT", request.path == Self.path else {
                return registry.answer(request, knowsConditions: true)
            }
            let isFirst = answers.withLock { $0.isEmpty }
            if isFirst { registry.overwrite(early.descriptor, late.descriptor) }
            let before = registry.kept.withLock { $0[Self.path] }
            let answer = registry.answer(request, knowsConditions: true)
            answers.withLock { $0.append(registry.kept.withLock { $0[Self.path] } != before) }
            return answer
        }
        defer { server.stop() }
        try await ClientFixture.client(of: server) { try await $0.putReferrers([mine], of: Self.subject, "a") }
        #expect(try registry.entries() == Set([mine, early, late].map(\.descriptor.digest)))
        #expect(answers.withLock { $0 } == [false, true])
    }

    @Test func twoWhoReadAtTheSameTimeAreBothListed() async throws {
        let registry = TagRegistry()
        let meeting = Meeting()
        let server = try ScriptedServer { request in
            guard request.path == Self.path else { return registry.answer(request) }
            let answer = registry.answer(request)
            // Both have read before either writes, and both have written before either reads again.
            meeting.wait(request.method)
            return answer
        }
        defer { server.stop() }
        try await withThrowingTaskGroup(of: Void.self) { group in
            // By two names, so that the machine's lock is not in the way.
            for (number, name) in ["127.0.0.1", "localhost"].enumerated() {
                group.addTask {
                    let host = try RegistryHost("\(name):\(server.port)")
                    try await ClientFixture.client(at: host) {
                        try await $0.putReferrers([ClientFixture.referrer(number)], of: Self.subject, "a")
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(
            try registry.entries() == [
                ClientFixture.referrer(0).descriptor.digest, ClientFixture.referrer(1).descriptor.digest,
            ]
        )
        #expect(meeting.sizes == ["GET": 2, "PUT": 2], "they did not meet")
    }

    @Test func whoIsAlwaysOverwrittenGivesUpAndSaysSo() async throws {
        let registry = TagRegistry()
        let server = try ScriptedServer { request in
            let answer = registry.answer(request)
            if request.method == "PUT", request.path == Self.path { registry.overwrite() }
            return answer
        }
        defer { server.stop() }
        let error = await #expect(throws: ClientError.self) {
            try await ClientFixture.client(of: server) {
                try await $0.putReferrers([ClientFixture.referrer(1)], of: Self.subject, "a")
            }
        }
        #expect(error?.code == .unavailable)
        #expect(error?.message.contains("push again") == true)
    }
}

/// Where the first two requests of a kind wait for each other; later ones pass.
private final class Meeting: @unchecked Sendable {
    private let condition = NSCondition()
    private var arrived: [String: Int] = [:]

    /// How many met, by kind.
    var sizes: [String: Int] { condition.withLock { arrived } }

    func wait(_ kind: String) {
        condition.lock()
        defer { condition.unlock() }
        guard arrived[kind, default: 0] < 2 else { return }
        arrived[kind, default: 0] += 1
        condition.broadcast()
        // Whoever never comes makes the test fail, not hang.
        let end = Date(timeIntervalSinceNow: 60)
        while arrived[kind, default: 0] < 2, condition.wait(until: end) {}
    }
}
