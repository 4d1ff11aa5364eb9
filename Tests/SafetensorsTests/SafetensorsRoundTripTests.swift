import Safetensors
import TestSupport
import Testing

@Suite struct SafetensorsRoundTripTests {
    let directory = TemporaryDirectory()

    @Test func whatIsWrittenIsRead() throws {
        let path = directory.path("a.safetensors")
        let floats: [Float] = [1, -2.5, .infinity, 0, 3, 4]
        let ids: [Int64] = [7, -1, 9]
        let text = Array("héllo".utf8)
        try floats.withUnsafeBytes { floatBytes in
            try ids.withUnsafeBytes { idBytes in
                try text.withUnsafeBytes { textBytes in
                    try SafetensorsWriter.write(
                        [
                            .init(name: "text", type: .uint8, shape: [6], bytes: textBytes),
                            .init(name: "weights", type: .float32, shape: [2, 3], bytes: floatBytes),
                            .init(name: "ids \"quoted\"\n", type: .int64, shape: [3], bytes: idBytes),
                            .init(name: "empty", type: .float32, shape: [0, 4], bytes: .init(start: nil, count: 0)),
                        ],
                        metadata: ["format": "zoo", "ключ": "значение"],
                        to: path
                    )
                }
            }
        }
        let file = try SafetensorsFile(path: path)
        #expect(file.names == ["empty", "ids \"quoted\"\n", "text", "weights"])
        #expect(file.metadata == ["format": "zoo", "ключ": "значение"])
        #expect(try file.floats("weights") == floats)
        #expect(try file.info("weights").shape == [2, 3])
        #expect(try file.elements("ids \"quoted\"\n", as: .int64) == ids)
        #expect(try file.elements("text", as: .uint8) == text)
        #expect(try file.floats("empty").isEmpty)
        try file.withTensor("weights") {
            #expect(Int(bitPattern: $0.baseAddress) % 4 == 0, "aligned to its elements")
        }
    }

    @Test func orderOfTheCallerDoesNotMatter() throws {
        let value: [Float] = [1, 2]
        try value.withUnsafeBytes { bytes in
            let a = SafetensorsWriter.Tensor(name: "a", type: .float32, shape: [2], bytes: bytes)
            let b = SafetensorsWriter.Tensor(name: "b", type: .uint8, shape: [8], bytes: bytes)
            let (forwards, backwards) = (try SafetensorsWriter.bytes([a, b]), try SafetensorsWriter.bytes([b, a]))
            #expect(forwards == backwards)
        }
    }

    @Test func askingWronglyNamesFileAndTensor() throws {
        let path = directory.path("b.safetensors")
        let value: [Float] = [1]
        try value.withUnsafeBytes {
            try SafetensorsWriter.write([.init(name: "w", type: .float32, shape: [], bytes: $0)], to: path)
        }
        let file = try SafetensorsFile(path: path)
        #expect(try file.floats("w") == [1])
        let missing = #expect(throws: SafetensorsError.self) { try file.floats("v") }
        #expect(missing?.code == .missingTensor)
        #expect(missing?.message == "\(path): no tensor named \"v\"")
        #expect(throws: SafetensorsError.self) { try file.elements("w", as: .int32, Int32.self) }
    }

    @Test func tensorsThatCannotBeWrittenAreRefused() {
        let value: [Float] = [1, 2]
        value.withUnsafeBytes { bytes in
            let tensor = SafetensorsWriter.Tensor(name: "a", type: .float32, shape: [2], bytes: bytes)
            #expect(throws: SafetensorsError.self) { try SafetensorsWriter.bytes([tensor, tensor]) }
            var wrong = tensor
            wrong.shape = [3]
            #expect(throws: SafetensorsError.self) { try SafetensorsWriter.bytes([wrong]) }
            wrong.shape = [Int.max, 4]
            #expect(throws: SafetensorsError.self) { try SafetensorsWriter.bytes([wrong]) }
        }
    }
}
