import ZooFiles
import ZooJSON

/// Writes safetensors files whose bytes depend on the tensors alone.
///
/// As the reference writer does, tensors lie by falling element size, then by name, so that each is aligned to its
/// elements; the header is padded with spaces so that the data begins at a multiple of 64 bytes.
public enum SafetensorsWriter {
    /// A tensor to write; `bytes` are little-endian and must stay valid until the write returns.
    public struct Tensor {
        /// Unique name.
        public var name: String
        /// Element type.
        public var type: TensorType
        /// Sizes, outermost first.
        public var shape: [Int]
        /// The elements.
        public var bytes: UnsafeRawBufferPointer

        /// Describes a tensor.
        public init(name: String, type: TensorType, shape: [Int], bytes: UnsafeRawBufferPointer) {
            self.name = name
            self.type = type
            self.shape = shape
            self.bytes = bytes
        }
    }

    static let alignment = 64

    /// Writes a file, which appears whole or not at all.
    ///
    /// - Throws: `FileError` if it cannot be written, ``SafetensorsError`` if two tensors share a name, or shape and
    ///   bytes do not match.
    public static func write(_ tensors: [Tensor], metadata: [String: String] = [:], to path: String) throws {
        let ordered = order(tensors)
        var file = try AtomicFile(path)
        try file.write(header(ordered, metadata: metadata))
        for tensor in ordered { try file.write(tensor.bytes) }
        try file.commit()
    }

    /// The bytes of a file.
    public static func bytes(_ tensors: [Tensor], metadata: [String: String] = [:]) throws -> [UInt8] {
        let ordered = order(tensors)
        var content = try header(ordered, metadata: metadata)
        for tensor in ordered { content.append(contentsOf: tensor.bytes) }
        return content
    }

    private static func order(_ tensors: [Tensor]) -> [Tensor] {
        tensors.sorted {
            $0.type.size != $1.type.size
                ? $0.type.size > $1.type.size : $0.name.precedesInUTF8($1.name)
        }
    }

    private static func header(_ tensors: [Tensor], metadata: [String: String]) throws -> [UInt8] {
        var members: [String: JSONValue] = [:]
        if !metadata.isEmpty { members["__metadata__"] = .object(metadata.mapValues(JSONValue.string)) }
        var end = 0
        for tensor in tensors {
            guard members[tensor.name] == nil, tensor.name != "__metadata__" else {
                throw SafetensorsError(.misuse, "two tensors are named \"\(tensor.name)\"")
            }
            guard TensorInfo.byteCount(tensor.type, tensor.shape) == tensor.bytes.count else {
                throw SafetensorsError(
                    .misuse,
                    "tensor \"\(tensor.name)\": \(tensor.bytes.count) bytes are no \(tensor.type.rawValue) of shape "
                        + "\(tensor.shape)"
                )
            }
            let next = end + tensor.bytes.count
            members[tensor.name] = .object([
                "dtype": .string(tensor.type.rawValue),
                "shape": .array(tensor.shape.map { .number(String($0)) }),
                "data_offsets": .array([.number(String(end)), .number(String(next))]),
            ])
            end = next
        }
        let text = JSONWriter.canonical(.object(members))
        let unpadded = SafetensorsHeader.lengthSize + text.count
        let padding = (alignment - unpadded % alignment) % alignment
        let length = text.count + padding
        guard length <= SafetensorsHeader.byteLimit else {
            throw SafetensorsError(.misuse, "a header of \(length) bytes is past the format's limit")
        }
        var header = withUnsafeBytes(of: UInt64(length).littleEndian) { [UInt8]($0) }
        header.append(contentsOf: text)
        header.append(contentsOf: repeatElement(UInt8(ascii: " "), count: padding))
        return header
    }
}
