import Safetensors
import TestSupport
import Testing

/// Our files in the reference implementation, and its files in ours.
@Suite struct PythonInteropTests {
    let directory = TemporaryDirectory()

    /// Prints each tensor that the package reads: name, type, shape, bytes in hexadecimal; then the metadata.
    static let describe = """
        import sys
        from safetensors import safe_open
        with safe_open(sys.argv[1], framework="numpy") as file:
            for name in sorted(file.keys()):
                tensor = file.get_tensor(name)
                shape = "x".join(map(str, tensor.shape))
                print(name, tensor.dtype, shape, tensor.tobytes().hex(), sep="|")
            print(sorted((file.metadata() or {}).items()))
        """

    @Test func theReferenceImplementationReadsWhatWeWrite() throws {
        let path = directory.path("ours.safetensors")
        let floats: [Float] = [1, -2.5, 0, 3.25, 1e-20, 4]
        let doubles: [Double] = [.pi, -1]
        let longs: [Int64] = [.min, -1, .max]
        let bytes: [UInt8] = [0, 1, 255]
        func hex(_ elements: [some BitwiseCopyable]) -> String {
            elements.withUnsafeBytes { $0.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() }
        }
        try floats.withUnsafeBytes { floatBytes in
            try doubles.withUnsafeBytes { doubleBytes in
                try longs.withUnsafeBytes { longBytes in
                    try bytes.withUnsafeBytes { byteBytes in
                        let tensors: [SafetensorsWriter.Tensor] = [
                            .init(name: "trunk.0.weight", type: .float32, shape: [2, 3], bytes: floatBytes),
                            .init(name: "double", type: .float64, shape: [2], bytes: doubleBytes),
                            .init(name: "long", type: .int64, shape: [3, 1], bytes: longBytes),
                            .init(name: "bytes", type: .uint8, shape: [3], bytes: byteBytes),
                            .init(name: "empty", type: .float32, shape: [0, 4], bytes: .init(start: nil, count: 0)),
                            .init(
                                name: "scalar é",
                                type: .float32,
                                shape: [],
                                bytes: .init(rebasing: floatBytes[..<4])
                            ),
                        ]
                        try SafetensorsWriter.write(tensors, metadata: ["format": "zoo", "ключ": "é"], to: path)
                    }
                }
            }
        }
        let lines = try PythonPeer.run(Self.describe, [path]).split(separator: "\n").map(String.init)
        #expect(
            lines == [
                "bytes|uint8|3|\(hex(bytes))", "double|float64|2|\(hex(doubles))", "empty|float32|0x4|",
                "long|int64|3x1|\(hex(longs))", "scalar é|float32||\(hex([Float(1)]))",
                "trunk.0.weight|float32|2x3|\(hex(floats))", "[('format', 'zoo'), ('ключ', 'é')]",
            ]
        )
    }

    @Test func weReadWhatTheReferenceImplementationWrites() throws {
        let path = directory.path("theirs.safetensors")
        let script = """
            import sys
            import numpy
            from safetensors.numpy import save_file
            tensors = {
                "w": numpy.arange(6, dtype=numpy.float32).reshape(2, 3) / 4,
                "half": numpy.array([1.5, -2], dtype=numpy.float16),
                "ids": numpy.array([[7], [-9]], dtype=numpy.int64),
                "flags": numpy.array([True, False, True]),
                "bytes": numpy.array([0, 255], dtype=numpy.uint8),
                "empty": numpy.zeros((3, 0), dtype=numpy.float32),
                "scalar": numpy.float64(2.5),
            }
            save_file(tensors, sys.argv[1], metadata={"who": "numpy"})
            """
        _ = try PythonPeer.run(script, [path])
        let file = try SafetensorsFile(path: path)
        #expect(file.names == ["bytes", "empty", "flags", "half", "ids", "scalar", "w"])
        #expect(file.metadata == ["who": "numpy"])
        #expect(try file.floats("w") == [0, 0.25, 0.5, 0.75, 1, 1.25])
        #expect(try file.info("w").shape == [2, 3])
        #expect(try file.elements("ids", as: .int64) == [Int64(7), -9])
        #expect(try file.info("ids").shape == [2, 1])
        #expect(try file.elements("half", as: .float16) == [UInt16(0x3e00), 0xc000])
        #expect(try file.elements("flags", as: .bool) == [UInt8(1), 0, 1])
        #expect(try file.elements("bytes", as: .uint8) == [UInt8(0), 255])
        #expect(try file.elements("scalar", as: .float64) == [2.5])
        #expect(try file.info("scalar").shape.isEmpty)
        #expect(try file.floats("empty").isEmpty)
    }
}
