import ZooFiles
import ZooJSON

/// A safetensors file, mapped and checked.
public final class SafetensorsFile: Sendable {
    /// The path as given.
    public let path: String
    /// The tensors by name.
    public let tensors: [String: TensorInfo]
    /// The file's own texts.
    public let metadata: [String: String]

    private let file: MappedFile
    private let dataStart: Int

    /// Maps a file and checks its header.
    ///
    /// - Throws: `FileError` if it cannot be opened, ``SafetensorsError`` naming the file if it breaks the format.
    public init(path: String) throws {
        self.path = path
        file = try MappedFile(path)
        do {
            let header = try SafetensorsHeader(file: file.bytes)
            tensors = header.tensors
            metadata = header.metadata
            dataStart = header.dataStart
        } catch {
            throw SafetensorsError(.invalid, "\(path): not a valid safetensors file: \(error)")
        }
    }

    /// Checks the bytes of a whole file and gives its tensors.
    ///
    /// - Throws: ``SafetensorsError`` if they break the format.
    public static func tensors(in bytes: UnsafeRawBufferPointer) throws -> [String: TensorInfo] {
        do {
            return try SafetensorsHeader(file: bytes).tensors
        } catch {
            throw SafetensorsError(.invalid, "not a valid safetensors file: \(error)")
        }
    }

    /// The names of the tensors, sorted by their bytes.
    public var names: [String] { tensors.keys.sorted { $0.precedesInUTF8($1) } }

    /// What a tensor is; throws ``SafetensorsError`` naming file and tensor if there is none.
    public func info(_ name: String) throws -> TensorInfo {
        guard let info = tensors[name] else {
            throw SafetensorsError(.missingTensor, "\(path): no tensor named \"\(name)\"")
        }
        return info
    }

    /// Lends a tensor's bytes, which may lie unaligned in files of other writers.
    public func withTensor<Result>(
        _ name: String,
        _ body: (UnsafeRawBufferPointer) throws -> Result
    ) throws -> Result {
        let range = try info(name).range
        let bytes = UnsafeRawBufferPointer(
            rebasing: file.bytes[dataStart + range.lowerBound..<dataStart + range.upperBound]
        )
        return try withExtendedLifetime(file) { try body(bytes) }
    }

    /// A copy of a tensor's elements.
    ///
    /// - Throws: ``SafetensorsError`` if there is no such tensor or its type is not `type`.
    public func elements<Element: BitwiseCopyable>(
        _ name: String,
        as type: TensorType,
        _ element: Element.Type = Element.self
    ) throws -> [Element] {
        let info = try info(name)
        guard info.type == type else {
            throw SafetensorsError(
                .invalid,
                "\(path): tensor \"\(name)\" holds \(info.type.rawValue), expected \(type.rawValue)"
            )
        }
        guard MemoryLayout<Element>.stride == type.size else {
            throw SafetensorsError(.misuse, "\(Element.self) is not \(type.rawValue)")
        }
        return try withTensor(name) { bytes in
            [Element](unsafeUninitializedCapacity: info.count) { elements, count in
                UnsafeMutableRawBufferPointer(elements).copyMemory(from: bytes)
                count = info.count
            }
        }
    }

    /// A copy of a float32 tensor's elements.
    public func floats(_ name: String) throws -> [Float] {
        try elements(name, as: .float32)
    }
}
