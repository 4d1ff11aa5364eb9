import Safetensors
import Testing
import ZooArchive
import ZooRegistry

/// Headers of weights, read from layers that strangers made.
@Suite struct WeightsHeadTests {
    private func safetensors(_ count: Int) throws -> [UInt8] {
        try [Float](repeating: 1, count: count).withUnsafeBytes {
            try SafetensorsWriter.bytes([.init(name: "w", type: .float32, shape: [count], bytes: $0)])
        }
    }

    private func tar(_ name: String, _ content: [UInt8]) throws -> [UInt8] {
        var bytes: [UInt8] = []
        let writer = try ArchiveWriter(.none) { bytes += $0 }
        try content.withUnsafeBytes { try writer.addFile(name, $0) }
        try writer.finish()
        return bytes
    }

    private func read(_ layer: [UInt8]) async throws -> [String: TensorInfo] {
        try await WeightsHead.tensors(size: layer.count) { Array(layer[$0]) }
    }

    @Test func tensorsAreFoundWithoutReadingTheData() async throws {
        let layer = try tar("encoder/weights.safetensors", safetensors(100_000))
        var asked = 0
        let tensors = try await WeightsHead.tensors(size: layer.count) { range in
            asked = max(asked, range.upperBound)
            return Array(layer[range])
        }
        #expect(tensors["w"]?.shape == [100_000])
        #expect(asked <= 64 << 10)
    }

    @Test func longNamesTakeAnExtendedHeader() async throws {
        let name = "heads/" + String(repeating: "n", count: 110) + "/weights.safetensors"
        #expect(try await read(tar(name, safetensors(4))).count == 1)
    }

    @Test func longHeadersAreReadInPieces() async throws {
        let values = [Float](repeating: 1, count: 1)
        let file = try values.withUnsafeBytes { bytes in
            try SafetensorsWriter.bytes(
                (0..<3_000).map { .init(name: "layer.\($0).weight", type: .float32, shape: [1], bytes: bytes) }
            )
        }
        #expect(try await read(tar("w", file)).count == 3_000)
    }

    @Test func damageIsAnErrorAndNeverATrap() async throws {
        let layer = try tar("w", safetensors(50))
        for offset in stride(from: 0, to: 700, by: 1) {
            var damaged = layer
            damaged[offset] ^= 0xFF
            _ = try? await read(damaged)
        }
        for count in [0, 1, 511, 512, 515, 519, 520, 600] {
            await #expect(throws: (any Error).self) { try await read(Array(layer.prefix(count))) }
        }
        await #expect(throws: (any Error).self) { try await read([UInt8](repeating: 0, count: 2_048)) }
        await #expect(throws: (any Error).self) { try await read(tar("w", Array("no safetensors".utf8))) }
    }
}
