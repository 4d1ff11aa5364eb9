import OCI
import OCIClient
import Synchronization
import Testing

/// Downloads from servers that do what servers should not.
@Suite struct DownloadTests {
    let fixture: ClientFixture
    let content = ClientFixture.content(300_000)
    var descriptor: Descriptor { ClientFixture.descriptor(content) }
    var honest: BlobServer { BlobServer(content: content) }

    init() throws { fixture = try ClientFixture() }

    @Test func brokenConnectionIsTakenUpWhereItBroke() async throws {
        let honest = honest
        let came = Atomic(0)
        let server = try ScriptedServer { request in
            let (status, headers, bytes) = honest.headers(request)
            guard request.index < 3 else { return .answer(status, headers, bytes) }
            let all = (request.index + 1) * 70_000
            return [
                .head(status, headers), .bytes(Array(bytes.prefix(70_000))),
                .until { came.load(ordering: .relaxed) == all }, .reset,
            ]
        }
        defer { server.stop() }
        try await fixture.download(descriptor, from: server) { came.add($0, ordering: .relaxed) }
        #expect(try fixture.blob(descriptor) == content)
        let ranges = server.requests.map { $0.headers["range"] }
        #expect(ranges == [nil, "bytes=70000-299999", "bytes=140000-299999", "bytes=210000-299999"])
        #expect(fixture.partials.isEmpty)
    }

    @Test(arguments: [1, 2, 3, 5, 8, 13])
    func resetAtAnyByteLosesNothing(seed: UInt64) async throws {
        let honest = honest
        let server = try ScriptedServer { request in
            let (status, headers, bytes) = honest.headers(request)
            // Every other answer breaks, each at another byte, the first bytes of the head among them.
            guard request.index % 2 == 0, request.index < 8 else { return .answer(status, headers, bytes) }
            var generator = SeededGenerator(seed: seed &+ UInt64(request.index) &* 977)
            let whole = [ScriptedServer.Step].answer(status, headers, bytes).flatMap { step -> [UInt8] in
                if case .bytes(let bytes) = step { bytes } else { [] }
            }
            let cut = Int.random(in: 0..<whole.count, using: &generator)
            return [.bytes(Array(whole.prefix(cut))), .pause(.milliseconds(5)), .reset]
        }
        defer { server.stop() }
        try await fixture.download(descriptor, from: server)
        #expect(try fixture.blob(descriptor) == content)
    }

    @Test func truncatedBodyIsContinued() async throws {
        let honest = honest
        let came = Atomic(0)
        let server = try ScriptedServer { request in
            let (status, headers, bytes) = honest.headers(request)
            guard request.index == 0 else { return .answer(status, headers, bytes) }
            return [
                .head(status, headers), .bytes(Array(bytes.prefix(100_000))),
                .until { came.load(ordering: .relaxed) == 100_000 }, .close,
            ]
        }
        defer { server.stop() }
        try await fixture.download(descriptor, from: server) { came.add($0, ordering: .relaxed) }
        #expect(try fixture.blob(descriptor) == content)
        #expect(server.requests.last?.headers["range"] == "bytes=100000-299999")
    }

    @Test func bodyThatEndsEarlyWithoutLengthIsContinued() async throws {
        let honest = honest
        let server = try ScriptedServer { request in
            let (status, headers, bytes) = honest.headers(request)
            guard request.index == 0 else { return .answer(status, headers, bytes) }
            return [.head(200, ["Connection": "close"]), .bytes(Array(bytes.prefix(50_000))), .close]
        }
        defer { server.stop() }
        try await fixture.download(descriptor, from: server)
        #expect(try fixture.blob(descriptor) == content)
    }

    @Test func ignoredRangeBeginsAnewRatherThanAppends() async throws {
        try fixture.leavePartial(descriptor, content[..<120_000])
        let content = content
        let server = try ScriptedServer { _ in .answer(200, [:], content) }
        defer { server.stop() }
        try await fixture.download(descriptor, from: server)
        #expect(server.requests.first?.headers["range"] == "bytes=120000-299999")
        #expect(try fixture.blob(descriptor) == content)
    }

    @Test func refusedRangeBeginsAnewRatherThanFailsForEver() async throws {
        try fixture.leavePartial(descriptor, content[..<120_000])
        let content = content
        let server = try ScriptedServer { request in
            request.headers["range"] == nil ? .answer(200, [:], content) : .answer(416)
        }
        defer { server.stop() }
        try await fixture.download(descriptor, from: server)
        #expect(server.requests.count == 2)
        #expect(try fixture.blob(descriptor) == content)
    }

    @Test func otherRangeThanAskedForIsNotAppended() async throws {
        try fixture.leavePartial(descriptor, content[..<120_000])
        let content = content
        let server = try ScriptedServer { request in
            guard request.headers["range"] != nil else { return .answer(200, [:], content) }
            return .answer(206, ["Content-Range": "bytes 0-179999/300000"], Array(content[..<180_000]))
        }
        defer { server.stop() }
        try await fixture.download(descriptor, from: server)
        #expect(try fixture.blob(descriptor) == content)
    }

    @Test func poisonedPrefixIsFetchedAgain() async throws {
        var poison = content
        poison[5] ^= 1
        try fixture.leavePartial(descriptor, poison[..<120_000])
        let honest = honest
        let server = try ScriptedServer { honest.answer($0) }
        defer { server.stop() }
        try await fixture.download(descriptor, from: server)
        #expect(server.requests.map { $0.headers["range"] } == ["bytes=120000-299999", nil])
        #expect(try fixture.blob(descriptor) == content)
    }

    @Test func completePartialNeedsNoRequest() async throws {
        try fixture.leavePartial(descriptor, content[...])
        let server = try ScriptedServer { _ in .answer(500) }
        defer { server.stop() }
        try await fixture.download(descriptor, from: server)
        #expect(server.requests.isEmpty)
        #expect(try fixture.blob(descriptor) == content)
    }

    @Test func wrongContentIsRefusedAndNotKept() async throws {
        var wrong = content
        wrong[200_000] ^= 1
        let bytes = wrong
        let server = try ScriptedServer { _ in .answer(200, [:], bytes) }
        defer { server.stop() }
        let error = await #expect(throws: ClientError.self) { try await fixture.download(descriptor, from: server) }
        #expect(error?.code == .damaged)
        #expect(try !fixture.store.hasBlob(descriptor.digest))
        #expect(fixture.partials.isEmpty)
    }

    @Test(arguments: [-1, 1])
    func wrongSizeIsRefused(difference: Int) async throws {
        let bytes = ClientFixture.content(300_000 + difference)
        let server = try ScriptedServer { _ in .answer(200, [:], bytes) }
        defer { server.stop() }
        let error = await #expect(throws: ClientError.self) { try await fixture.download(descriptor, from: server) }
        #expect(error?.code == .damaged)
        #expect(fixture.partials.isEmpty)
    }

    @Test func endlessBodyIsCutOff() async throws {
        let block = ClientFixture.content(100_000)
        let server = try ScriptedServer { _ in
            [.head(200, ["Connection": "close"])] + Array(repeating: .bytes(block), count: 200)
        }
        defer { server.stop() }
        let error = await #expect(throws: ClientError.self) { try await fixture.download(descriptor, from: server) }
        #expect(error?.code == .damaged)
    }

    @Test func silentServerTimesOut() async throws {
        let server = try ScriptedServer { _ in [.pause(.seconds(3)), .close] }
        defer { server.stop() }
        let options = ClientFixture.impatient(attempts: 2)
        let error = await #expect(throws: ClientError.self) {
            try await fixture.download(descriptor, from: server, options: options)
        }
        #expect(error?.code == .timedOut)
    }

    @Test func drippingServerTimesOutAndWhatItSentIsKept() async throws {
        let bytes = content
        let server = try ScriptedServer { _ in
            [.head(200, ["Content-Length": "300000"])]
                + (0..<40).flatMap { [.bytes([bytes[$0]]), .pause(.milliseconds(60))] as [ScriptedServer.Step] }
        }
        defer { server.stop() }
        let options = ClientFixture.impatient(attempts: 1)
        let error = await #expect(throws: ClientError.self) {
            try await fixture.download(descriptor, from: server, options: options)
        }
        #expect(error?.code == .timedOut)
        #expect(fixture.partials.count == 1)
    }

    @Test func foreignAddressesOfLayersAreIgnored() async throws {
        let stranger = try ScriptedServer { _ in .answer(200) }
        defer { stranger.stop() }
        let honest = honest
        let server = try ScriptedServer { honest.answer($0) }
        defer { server.stop() }
        let manifest = """
            {"schemaVersion":2,"mediaType":"\(MediaType.manifest)",
             "config":{"mediaType":"a/b","digest":"\(descriptor.digest)","size":300000,
                       "urls":["http://\(stranger.host)/blob"]},"layers":[]}
            """
        let config = try Manifest(parsing: Array(manifest.utf8)).config
        try await fixture.download(config, from: server)
        #expect(stranger.requests.isEmpty)
        #expect(server.requests.map(\.path) == ["/v2/a/b/blobs/\(descriptor.digest)"])
    }

    @Test func piecesAreFetchedAtOnceAndPutTogetherInOrder() async throws {
        let large = ClientFixture.content(20 << 20)
        let honest = BlobServer(content: large)
        let server = try ScriptedServer { honest.answer($0) }
        defer { server.stop() }
        try await fixture.download(ClientFixture.descriptor(large), from: server, connections: 4)
        #expect(try fixture.blob(ClientFixture.descriptor(large)) == large)
        #expect(server.requests.count == 3)
        #expect(Set(server.requests.map { $0.headers["range"] }).count == 3)
    }

    @Test func piecesFallBackWhereRangeIsIgnored() async throws {
        let large = ClientFixture.content(20 << 20)
        let server = try ScriptedServer { _ in .answer(200, [:], large) }
        defer { server.stop() }
        try await fixture.download(ClientFixture.descriptor(large), from: server, connections: 4)
        #expect(try fixture.blob(ClientFixture.descriptor(large)) == large)
    }

    @Test func onePartialHasOneOwner() throws {
        let (first, second) = (try fixture.store.lease(), try fixture.store.lease())
        var partial = try first.partial(descriptor)
        try content[..<1_000].withUnsafeBytes { try partial?.write($0) }
        #expect(try second.partial(descriptor) == nil)
        partial = nil
        #expect(try second.partial(descriptor)?.resumed == 1_000)
    }

    @Test func garbageCollectionKeepsYoungPartials() throws {
        try fixture.leavePartial(descriptor, content[..<1_000])
        _ = try fixture.store.collectGarbage()
        #expect(fixture.partials.count == 1)
    }

    /// As a process leaves it that is killed before its first byte.
    @Test func nothingIsKeptOfWhatHasNotBegun() throws {
        let lease = try fixture.store.lease()
        let held = try lease.partial(descriptor)
        _ = try fixture.store.collectGarbage()
        #expect(fixture.partials.count == 1, "somebody works on it")
        try fixture.leavePartial(ClientFixture.descriptor([1]), [])
        #expect(fixture.partials.count == 2)
        #expect(try fixture.store.collectGarbage().leftovers == 1)
        #expect(fixture.partials.count == 1)
        withExtendedLifetime(held) {}
    }

    @Test func whatIsThereNeedsNoPartial() throws {
        let lease = try fixture.store.lease()
        try lease.discardPartial(descriptor)
        #expect(fixture.partials.isEmpty)
        try fixture.leavePartial(descriptor, content[..<1_000])
        try lease.discardPartial(descriptor)
        #expect(fixture.partials.isEmpty)
        let held = try lease.partial(descriptor)
        try fixture.store.lease().discardPartial(descriptor)
        #expect(fixture.partials.count == 1, "it is another's")
        withExtendedLifetime(held) {}
    }
}

/// Random numbers that are the same in every run.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

    mutating func next() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state
    }
}
