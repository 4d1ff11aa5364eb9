import Safetensors
import Testing
import ZooModel

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

@Suite struct ModelDirectoryTests {
    /// A model directory of one encoder, and the tensors to damage in it.
    static func with(_ body: (ModelDirectory, [SafetensorsWriter.Tensor]) throws -> Void) throws {
        let path = FileManager.default.temporaryDirectory.path + "/zoo-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let feature = FeatureDefinition(
            name: "user",
            kind: .categorical(.init(rows: .hashed(buckets: 6), dimension: .fixed(4)))
        )
        let features = FittedFeatures([try FittedFeature(feature, .stateless)])
        let configuration = SharedBottomConfiguration(trunk: MLPConfiguration(layers: [3]))
        let model = try Model(configuration, features: features, seed: 1)
        let directory = ModelDirectory(path)
        let schema = Schema(features: [feature], tasks: [TaskDefinition(name: "click", kind: .regression)])
        try directory.writeEncoder(of: model, schema: schema)
        let tensors = model.encoderTensors.map {
            SafetensorsWriter.Tensor(
                name: $0.name,
                type: .float32,
                shape: $0.shape,
                bytes: UnsafeRawBufferPointer($0.values)
            )
        }
        try withExtendedLifetime(model) { try body(directory, tensors) }
    }

    static func message(_ directory: ModelDirectory) -> String {
        do {
            _ = try directory.load()
            return ""
        } catch { return "\(error)" }
    }

    @Test func readsWhatItWrote() throws {
        try Self.with { directory, tensors in
            let model = try directory.load(seed: 99)
            for (loaded, written) in zip(model.encoderTensors, tensors) {
                #expect(loaded.name == written.name && loaded.shape == written.shape)
                #expect(Array(UnsafeRawBufferPointer(loaded.values)) == Array(written.bytes))
            }
        }
    }

    @Test func whatFitsNoMachineIsRefusedBeforeItIsAllocated() throws {
        try Self.with { directory, _ in
            let wide = String(repeating: "16384,", count: 20_000).dropLast()
            let encoder = #"{"type":"shared-bottom","layers":[\#(wide)]}"#
            let file = URL(fileURLWithPath: "\(directory.encoder)/model.json")
            try Data(#"{"schemaVersion":1,"encoder":\#(encoder)}"#.utf8).write(to: file)
            let error = #expect(throws: ZooModelError.self) { try directory.load() }
            #expect(error?.code == .badData)
            #expect(error?.message.contains("GB of memory, and there are") == true, "\(String(describing: error))")
        }
    }

    @Test func namesTheTensorThatIsWrong() throws {
        try Self.with { directory, tensors in
            let file = "\(directory.encoder)/weights.safetensors"
            try SafetensorsWriter.write(tensors.filter { $0.name != "encoder.0.bias" }, to: file)
            #expect(Self.message(directory).contains("tensor 'encoder.0.bias' is missing"))
            var other = tensors[0]
            other.name = "encoder.7.bias"
            try SafetensorsWriter.write(tensors + [other], to: file)
            #expect(Self.message(directory).contains("tensor 'encoder.7.bias' belongs to no part of this model"))
            var bent = tensors
            bent[0].shape.reverse()
            try SafetensorsWriter.write(bent, to: file)
            #expect(Self.message(directory).contains("'embedding.user.weight' has the shape [4, 8]"))
        }
    }

    @Test func refusesAnUnknownEncoderBeforeAnythingElse() throws {
        try Self.with { directory, _ in
            let text = #"{"schemaVersion":1,"encoder":{"type":"telepathy"}}"#
            try Data(text.utf8).write(to: URL(filePath: "\(directory.encoder)/model.json"))
            try FileManager.default.removeItem(atPath: "\(directory.encoder)/weights.safetensors")
            #expect(
                Self.message(directory).contains("there is no encoder type 'telepathy'; known: shared-bottom, mmoe")
            )
        }
    }
}
