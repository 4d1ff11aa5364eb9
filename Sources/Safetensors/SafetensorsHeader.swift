import ZooJSON

/// The header of a safetensors file, read with distrust.
///
/// Format: https://github.com/huggingface/safetensors#format. Refused: a header past 100,000,000 bytes or past the end
/// of the file, a first byte other than `{`, duplicate keys, unknown element types, shapes that do not match their
/// bytes, and data that is not tiled by the tensors without hole, overlap or trailing byte.
package struct SafetensorsHeader: Sendable {
    /// Longest header that any reader of the format accepts.
    package static let byteLimit = 100_000_000
    static let lengthSize = 8

    /// The tensors by name.
    package private(set) var tensors: [String: TensorInfo] = [:]
    /// The file's own texts.
    package private(set) var metadata: [String: String] = [:]
    /// Where the data section begins.
    package let dataStart: Int

    /// Reads the header of a whole file.
    ///
    /// - Parameter file: every byte of the file.
    /// - Throws: ``SafetensorsError`` or `JSONError`, without the file's name.
    package init(file: UnsafeRawBufferPointer) throws {
        try self.init(head: file, fileSize: file.count)
    }

    /// Where the data section of a file begins, by its first bytes.
    ///
    /// - Throws: ``SafetensorsError`` if there are fewer than eight, or the header cannot be in a file of that size.
    package static func dataStart(head: UnsafeRawBufferPointer, fileSize: Int) throws -> Int {
        guard head.count >= lengthSize, fileSize >= lengthSize else {
            throw SafetensorsError(.invalid, "too short for a safetensors file (\(fileSize) bytes)")
        }
        let length = UInt64(littleEndian: head.loadUnaligned(as: UInt64.self))
        guard length <= UInt64(byteLimit) else {
            throw SafetensorsError(.invalid, "header of \(length) bytes, at most \(byteLimit) allowed")
        }
        guard Int(length) <= fileSize - lengthSize else {
            throw SafetensorsError(.invalid, "header of \(length) bytes in a file of \(fileSize): truncated?")
        }
        return lengthSize + Int(length)
    }

    /// Reads the header of a file of which only the first bytes are at hand.
    ///
    /// - Parameters:
    ///   - head: at least the bytes before ``dataStart(head:fileSize:)``.
    ///   - fileSize: bytes of the whole file, which the tensors must tile.
    /// - Throws: ``SafetensorsError`` or `JSONError`, without the file's name.
    package init(head: UnsafeRawBufferPointer, fileSize: Int) throws {
        dataStart = try Self.dataStart(head: head, fileSize: fileSize)
        guard dataStart <= head.count else {
            throw SafetensorsError(.invalid, "only \(head.count) of the header's \(dataStart) bytes are there")
        }
        guard dataStart > Self.lengthSize, head[Self.lengthSize] == UInt8(ascii: "{") else {
            throw SafetensorsError(.invalid, "header does not begin with '{'")
        }
        let text = UnsafeRawBufferPointer(rebasing: head[Self.lengthSize..<dataStart])
        try JSONReader.parse(text) { reader in
            try reader.object { reader, key in
                if key == "__metadata__" {
                    try reader.object { metadata[$1.string] = try $0.string() }
                } else {
                    let name = key.string
                    tensors[name] = try Self.tensor(named: name, &reader)
                }
            }
        }
        try checkTiling(dataSize: fileSize - dataStart)
    }

    private static func tensor(named name: String, _ reader: inout JSONReader) throws -> TensorInfo {
        var type: TensorType?
        var shape: [Int]?
        var offsets: [Int] = []
        try reader.object { reader, key in
            switch key {
            case "dtype":
                let text = try reader.string()
                type = TensorType(rawValue: text)
                guard type != nil else {
                    throw SafetensorsError(.invalid, "tensor \"\(name)\": unknown element type \"\(text)\"")
                }
            case "shape":
                var sizes: [Int] = []
                try reader.array { sizes.append(try $0.integer()) }
                shape = sizes
            case "data_offsets": try reader.array { offsets.append(try $0.integer()) }
            default: throw SafetensorsError(.invalid, "tensor \"\(name)\": unknown key \"\(key.string)\"")
            }
        }
        guard let type, let shape, offsets.count == 2 else {
            throw SafetensorsError(.invalid, "tensor \"\(name)\": dtype, shape or data_offsets missing")
        }
        guard offsets[0] >= 0, offsets[0] <= offsets[1] else {
            throw SafetensorsError(.invalid, "tensor \"\(name)\": data_offsets \(offsets) are no range")
        }
        let range = offsets[0]..<offsets[1]
        guard TensorInfo.byteCount(type, shape) == range.count else {
            throw SafetensorsError(
                .invalid,
                "tensor \"\(name)\": \(type.rawValue) of shape \(shape) does not take \(range.count) bytes"
            )
        }
        return TensorInfo(type: type, shape: shape, range: range)
    }

    private func checkTiling(dataSize: Int) throws {
        var end = 0
        let ordered = tensors.sorted {
            ($0.value.range.lowerBound, $0.value.range.upperBound) < (
                $1.value.range.lowerBound, $1.value.range.upperBound
            )
        }
        for (name, info) in ordered {
            guard info.range.lowerBound == end else {
                let what = info.range.lowerBound < end ? "overlaps the one before" : "leaves a hole before it"
                throw SafetensorsError(.invalid, "tensor \"\(name)\" \(what)")
            }
            end = info.range.upperBound
        }
        guard end <= dataSize else {
            throw SafetensorsError(.invalid, "tensors need \(end) bytes of data, the file has \(dataSize): truncated?")
        }
        guard end == dataSize else {
            throw SafetensorsError(.invalid, "\(dataSize - end) bytes after the last tensor")
        }
    }
}
