import Foundation
import OCI
import TestSupport
import Testing

/// Large blobs go through in bounded memory.
@Suite(.serialized) struct StreamingTests {
    static let size = 400 << 20
    static let memoryLimit = 100 << 10

    @Test func aLargeBlobUpAndDown() throws {
        let server = try ServedStore()
        let block = randomBytes(1 << 20)
        var hasher = ContentHasher()
        for _ in 0..<Self.size >> 20 { block.withUnsafeBytes { hasher.update($0) } }
        let digest = hasher.digest()
        let upload = try HTTPConnection(port: server.port)
        try upload.send("POST", "/v2/big/blobs/uploads/?digest=\(digest)", ["Content-Length": "\(Self.size)"])
        for _ in 0..<Self.size >> 20 { try upload.send(block) }
        #expect(try upload.receive().status == 201)
        let file = server.directory.path("got")
        let url = "http://\(server.host)/v2/big/blobs/\(digest)"
        try runProgram("curl", ["-sf", "-o", file, url])
        #expect(try FileManager.default.contentsOfDirectory(atPath: server.directory.root).contains("got"))
        let got = try runProgram("sha256sum", [file]).output
        #expect(got.hasPrefix(digest.hex))
        let peak = try server.memory("VmHWM")
        #expect(peak < Self.memoryLimit, "\(peak) KiB resident")
    }

    @Test func aReaderThatStopsHoldsNoMemory() throws {
        let server = try ServedStore()
        let bytes = randomBytes(32 << 20)
        let digest = try server.push(bytes, to: "big")
        let readers = try (0..<16).map { _ in try HTTPConnection(port: server.port) }
        for reader in readers { try reader.send("GET", "/v2/big/blobs/\(digest)") }
        #expect(try server.request("GET", "/v2/").status == 200)
        #expect(try server.memory("VmHWM") < Self.memoryLimit)
        #expect(try readers[7].receive().body == bytes)
    }
}
