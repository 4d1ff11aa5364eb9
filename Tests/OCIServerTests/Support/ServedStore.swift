import Foundation
import Glibc
import OCI
import TestSupport

/// `zoo serve` over a store of a test's own, as a process of its own.
///
/// Requests may be sent by several threads; starting and stopping is for one.
final class ServedStore: @unchecked Sendable {
    struct DidNotStart: Error { let errors: String }
    struct NothingCame: Error {}

    let directory = TemporaryDirectory()
    private(set) var port = 0
    private var process: Process?
    /// The options that the next start uses.
    var arguments: [String]

    /// The program, which the build puts beside the tests.
    static let executable = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        .deletingLastPathComponent().appendingPathComponent("zoo")

    /// Starts a server with these arguments.
    init(_ arguments: [String] = [], files: [String: String] = [:]) throws {
        let place = directory.root
        for (name, text) in files { try Data(text.utf8).write(to: URL(fileURLWithPath: "\(place)/\(name)")) }
        self.arguments = arguments.map { $0.replacingOccurrences(of: "%", with: place) }
        try start()
    }

    deinit { stop(SIGKILL) }

    /// The store's directory.
    var root: String { directory.path("store") }
    /// "127.0.0.1:<port>".
    var host: String { "127.0.0.1:\(port)" }
    /// What the server has logged.
    var log: String { (try? String(contentsOfFile: directory.path("log"), encoding: .utf8)) ?? "" }

    /// The store, as another process sees it.
    func store() throws -> LayoutStore { try LayoutStore.open(at: root, create: true) }

    /// Starts the server again, on another port.
    func start() throws {
        let process = Process()
        process.executableURL = Self.executable
        process.arguments = ["serve", "--listen", "127.0.0.1:0", "--root", root] + arguments
        let output = directory.path("output")
        for path in [output, directory.path("log")] { try Data().write(to: URL(fileURLWithPath: path)) }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: output))
        process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: directory.path("log")))
        try process.run()
        self.process = process
        for _ in 0..<3000 where process.isRunning {
            let text = try String(contentsOfFile: output, encoding: .utf8)
            if text.hasSuffix("\n"), let number = text.dropLast().split(separator: ":").last, let port = Int(number) {
                self.port = port
                return
            }
            usleep(10_000)
        }
        throw DidNotStart(errors: log)
    }

    /// Sends a signal and waits for the end; answers the exit status.
    @discardableResult
    func stop(_ signal: Int32 = SIGTERM) -> Int32 {
        guard let process, process.isRunning else { return process?.terminationStatus ?? 0 }
        kill(process.processIdentifier, signal)
        process.waitUntilExit()
        return process.terminationStatus
    }

    /// Sends a signal without waiting.
    func signal(_ number: Int32) { if let process { kill(process.processIdentifier, number) } }

    /// Waits until bytes of an upload that is under way have reached the disk.
    func waitForUpload() throws {
        let places = ["tmp", "uploads"].map { "\(root)/.zoo/\($0)" }
        for _ in 0..<3000 {
            for place in places {
                for name in FileManager.default.enumerator(atPath: place) ?? .init() {
                    let file = try? FileManager.default.attributesOfItem(atPath: "\(place)/\(name)")
                    if file?[.type] as? FileAttributeType == .typeRegular, file?[.size] as? Int ?? 0 > 0 { return }
                }
            }
            usleep(10_000)
        }
        throw NothingCame()
    }

    /// Whether the server takes no connection any more; it is given half a minute to stop.
    func refusesConnections() -> Bool {
        for _ in 0..<3000 {
            guard (try? HTTPConnection(port: port)) != nil else { return true }
            usleep(10_000)
        }
        return false
    }

    /// A line of /proc/<pid>/status in KiB.
    func memory(_ name: String) throws -> Int {
        let text = try String(contentsOfFile: "/proc/\(process!.processIdentifier)/status", encoding: .utf8)
        let line = text.split(separator: "\n").first { $0.hasPrefix(name + ":") }
        return line.flatMap { Int($0.split(whereSeparator: { !$0.isNumber }).first ?? "") } ?? 0
    }

    /// One request on a connection of its own.
    func request(
        _ method: String,
        _ path: String,
        _ headers: [String: String] = [:],
        body: [UInt8]? = nil
    ) throws -> HTTPAnswer {
        let connection = try HTTPConnection(port: port)
        try connection.send(method, path, headers, body: body)
        return try connection.receive(isHead: method == "HEAD")
    }

    /// Sends a blob in one request and gives its digest.
    @discardableResult
    func push(
        _ bytes: [UInt8],
        to repository: String,
        _ algorithm: Digest.Algorithm = .sha256,
        headers: [String: String] = [:]
    ) throws -> Digest {
        let digest = Digest.of(bytes, algorithm)
        let answer = try request("POST", "/v2/\(repository)/blobs/uploads/?digest=\(digest)", headers, body: bytes)
        guard answer.status == 201 else { throw Refused(answer: answer) }
        return digest
    }

    /// Sends an image of some layers and gives its manifest.
    @discardableResult
    func pushImage(
        _ layers: [[UInt8]],
        to repository: String,
        as reference: String? = nil,
        _ algorithm: Digest.Algorithm = .sha256,
        headers: [String: String] = [:],
        edit: (inout Manifest) -> Void = { _ in }
    ) throws -> (digest: Digest, bytes: [UInt8]) {
        let config = Array("{}".utf8)
        var manifest = Manifest(
            config: Descriptor(
                mediaType: "application/vnd.oci.image.config.v1+json",
                digest: try push(config, to: repository, algorithm, headers: headers),
                size: config.count
            ),
            layers: try layers.map {
                Descriptor(
                    mediaType: "application/vnd.oci.image.layer.v1.tar",
                    digest: try push($0, to: repository, algorithm, headers: headers),
                    size: $0.count
                )
            }
        )
        edit(&manifest)
        let bytes = manifest.canonicalBytes
        return (try push(manifest: bytes, to: repository, as: reference, algorithm, headers: headers), bytes)
    }

    /// Sends a manifest by tag, or by its digest if none is given.
    @discardableResult
    func push(
        manifest bytes: [UInt8],
        to repository: String,
        as reference: String? = nil,
        _ algorithm: Digest.Algorithm = .sha256,
        type: String = MediaType.manifest,
        headers: [String: String] = [:]
    ) throws -> Digest {
        let digest = Digest.of(bytes, algorithm)
        let answer = try request(
            "PUT",
            "/v2/\(repository)/manifests/\(reference ?? digest.description)",
            headers.merging(["Content-Type": type]) { $1 },
            body: bytes
        )
        guard answer.status == 201 else { throw Refused(answer: answer) }
        return digest
    }

    struct Refused: Error, CustomStringConvertible {
        let answer: HTTPAnswer
        var description: String { "refused: \(answer)" }
    }
}

/// Bytes that differ from test to test and from call to call.
func randomBytes(_ count: Int) -> [UInt8] {
    var random = SystemRandomNumberGenerator()
    return (0..<(count + 7) / 8).flatMap { _ in withUnsafeBytes(of: random.next() as UInt64) { Array($0) } }.prefix(
        count
    )
    .map(\.self)
}

/// Runs a real program; its absence is a failure, since nothing else shows that others can talk to us.
@discardableResult
func runProgram(
    _ program: String,
    _ arguments: [String],
    environment: [String: String] = [:],
    input: String? = nil
) throws -> (status: Int32, output: String) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [program] + arguments
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    let output = Pipe()
    process.standardOutput = output
    process.standardError = output
    let standardInput = Pipe()
    process.standardInput = standardInput
    try process.run()
    if let input { try standardInput.fileHandleForWriting.write(contentsOf: Data(input.utf8)) }
    try standardInput.fileHandleForWriting.close()
    let text = String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
    process.waitUntilExit()
    return (process.terminationStatus, text)
}
