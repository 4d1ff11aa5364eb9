import Safetensors
import TestSupport
public import ZooRegistry

/// A small model directory and a store in a temporary directory, gone when the value is.
public final class ModelFixture: Sendable {
    private let directory = TemporaryDirectory()

    /// Makes the directory.
    public init() {}

    /// The directory.
    public var root: String { directory.root }

    /// The stores: an empty one of the user's, and no bundled zoo unless one is named.
    public func registry(bundled: String? = nil) throws -> ModelRegistry {
        try ModelRegistry(home: "\(root)/home", bundledPath: bundled)
    }

    /// Writes a text file.
    public func write(_ text: String, to path: String) throws {
        try directory.write(text, to: path)
    }

    /// Writes a weight file of one tensor.
    public func writeWeights(_ name: String, _ values: [Float], to path: String) throws {
        try values.withUnsafeBytes { bytes in
            let tensor = SafetensorsWriter.Tensor(name: name, type: .float32, shape: [values.count], bytes: bytes)
            try SafetensorsWriter.write([tensor], to: "\(root)/\(path)")
        }
    }

    /// Writes a model directory; `encoder` and `head` fill its two weight files.
    @discardableResult
    public func makeModel(
        _ name: String,
        task: String = "click",
        base: ModelDocument.Base? = nil,
        encoder: Float = 1,
        head: Float = 2
    ) throws -> String {
        try write("{}", to: "\(name)/encoder/model.json")
        try write("columns: []\n", to: "\(name)/encoder/schema.yaml")
        try write("{}", to: "\(name)/heads/\(task)/head.json")
        try write("# \(name)\n", to: "\(name)/card.md")
        try writeWeights(
            "encoder.0.weight",
            Array(repeating: encoder, count: 4_000),
            to: "\(name)/encoder/weights.safetensors"
        )
        try writeWeights(
            "head.weight",
            Array(repeating: head, count: 8),
            to: "\(name)/heads/\(task)/weights.safetensors"
        )
        let document = ModelDocument(
            kind: base == nil ? .encoder : .head,
            name: name,
            base: base,
            encoder: .init(type: "mmoe", parameters: 4_000, outputWidth: 8),
            features: [.init(name: "user", kind: "categorical", scope: "encoder", cardinality: 10)],
            tasks: [.init(name: task, kind: "binary", metrics: ["auc": 0.9])],
            training: .init(
                mode: base == nil ? "pretrain" : "frozen",
                recipe: ["lr": .number(0.001)],
                seed: 1,
                epochs: 2
            ),
            tool: .init(version: "0.1.0", instructionSet: "avx2")
        )
        try ModelDirectory.write(document, into: "\(root)/\(name)")
        return "\(root)/\(name)"
    }

    /// A model directory whose encoder has `count` parameters, no two blocks of which are alike.
    public func makeLargeModel(_ name: String, count: Int) throws {
        try makeModel(name)
        var state: UInt32 = 1
        let values = (0..<count).map { _ in
            state = state &* 1_664_525 &+ 1_013_904_223
            return Float(state >> 8)
        }
        try writeWeights("encoder.0.weight", values, to: "\(name)/encoder/weights.safetensors")
        try ModelDirectory.write(ModelDirectory("\(root)/\(name)").document(), into: "\(root)/\(name)")
    }
}
