import Foundation
import OCI
import OCIClient

/// A client of a scripted server, impatient so that tests are short, and a store for what it fetches.
final class ClientFixture: Sendable {
    let store: LayoutStore
    private let root: String

    init() throws {
        root = NSTemporaryDirectory() + "zoo-test-" + UUID().uuidString
        store = try LayoutStore.open(at: root, create: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: root) }

    /// Options that wait for milliseconds before they try again, where a user's wait for seconds; and that are patient
    /// with a machine on which other tests keep every thread busy for minutes.
    static var options: ClientOptions {
        var options = ClientOptions()
        options.retry.base = .milliseconds(2)
        options.connectTimeout = .seconds(600)
        options.idleTimeout = .seconds(600)
        return options
    }

    /// Options that take 400 ms of silence for a broken server; a busy machine may be silent as long.
    static func impatient(attempts: Int) -> ClientOptions {
        var options = options
        options.idleTimeout = .milliseconds(400)
        options.leastBytesPerIdleTimeout = 1_000
        options.retry.attempts = attempts
        return options
    }

    /// Runs `body` with a client whose connections end with it.
    static func client<Result>(
        of server: ScriptedServer,
        credentials: any CredentialSource = NoCredentials(),
        options: ClientOptions = ClientFixture.options,
        _ body: (RegistryClient) async throws -> Result
    ) async throws -> Result {
        try await client(at: RegistryHost(server.host), credentials: credentials, options: options, body)
    }

    /// Runs `body` with a client whose connections end with it.
    static func client<Result>(
        at host: RegistryHost,
        credentials: any CredentialSource = NoCredentials(),
        options: ClientOptions = ClientFixture.options,
        _ body: (RegistryClient) async throws -> Result
    ) async throws -> Result {
        let transport = HTTPTransport(options)
        do {
            let client = RegistryClient(host, transport: transport, credentials: credentials, options: options)
            let result = try await body(client)
            try await transport.shutdown()
            return result
        } catch {
            try? await transport.shutdown()
            throw error
        }
    }

    /// Content that no compressor or accident makes equal to other content.
    static func content(_ count: Int, seed: UInt64 = 1) -> [UInt8] {
        var state = seed &* 0x9E37_79B9_7F4A_7C15
        return (0..<count).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return UInt8(truncatingIfNeeded: state >> 33)
        }
    }

    /// The descriptor of content.
    static func descriptor(_ bytes: [UInt8]) -> Descriptor {
        Descriptor(mediaType: "application/octet-stream", digest: .of(bytes), size: bytes.count)
    }

    /// A manifest of type "sig", one for each number.
    static func referrer(_ number: Int) -> (bytes: [UInt8], descriptor: Descriptor) {
        let bytes = Array("{\"schemaVersion\":2,\"n\":\(number)}".utf8)
        let descriptor = Descriptor(
            mediaType: MediaType.manifest,
            digest: .of(bytes),
            size: bytes.count,
            artifactType: "sig"
        )
        return (bytes, descriptor)
    }

    /// Writes content to a file and gives its path.
    func file(_ bytes: [UInt8]) throws -> String {
        let path = "\(root)/\(UUID().uuidString)"
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        return path
    }

    /// Fetches content into the store.
    func download(
        _ descriptor: Descriptor,
        from server: ScriptedServer,
        connections: Int = 1,
        options: ClientOptions = ClientFixture.options,
        progress: @escaping @Sendable (Int) -> Void = { _ in }
    ) async throws {
        try await Self.client(of: server, options: options) { client in
            let lease = try store.lease()
            guard let partial = try lease.partial(descriptor) else {
                throw OCITestFailure("another owner has the partial download")
            }
            try await client.download("a/b", into: partial, connections: connections, progress: progress)
        }
    }

    /// Sends content to the repository a/b.
    func upload(
        _ bytes: [UInt8],
        to server: ScriptedServer,
        sources: [String] = [],
        credentials: any CredentialSource = NoCredentials(),
        options: ClientOptions = ClientFixture.options,
        progress: @escaping @Sendable (Int) -> Void = { _ in }
    ) async throws -> UploadOutcome {
        let path = try file(bytes)
        return try await Self.client(of: server, credentials: credentials, options: options) {
            try await $0.upload("a/b", Self.descriptor(bytes), from: path, sources: sources, progress: progress)
        }
    }

    /// Leaves the beginning of content as an interrupted download would.
    func leavePartial(_ descriptor: Descriptor, _ bytes: ArraySlice<UInt8>) throws {
        let lease = try store.lease()
        guard let partial = try lease.partial(descriptor) else {
            throw OCITestFailure("another owner has the partial download")
        }
        try Array(bytes).withUnsafeBytes { try partial.write($0) }
        try partial.flush()
    }

    /// What unfinished downloads there are.
    var partials: [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: "\(root)/.zoo/partial")) ?? []
    }

    /// The content of the store.
    func blob(_ descriptor: Descriptor) throws -> [UInt8] {
        try store.readBlob(descriptor.digest, maxBytes: .max / 2)
    }
}

/// Something that a test needs is not there.
struct OCITestFailure: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
