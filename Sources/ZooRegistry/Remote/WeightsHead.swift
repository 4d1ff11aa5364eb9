package import Safetensors

/// The tensors of a weights layer, read from its first bytes alone: a tar with one safetensors file.
package enum WeightsHead {
    private static let blockSize = 512
    private static let firstPiece = 64 << 10
    /// Most bytes that are read of a layer before its data.
    private static let headLimit = 16 << 20

    /// Reads the tensors; what is read cannot be checked against the layer's digest.
    ///
    /// - Parameters:
    ///   - size: bytes of the layer.
    ///   - piece: gives bytes of it.
    /// - Throws: ``RegistryError`` (`invalid`) without the layer's name; what `piece` throws.
    package static func tensors(
        size: Int,
        piece: (Range<Int>) async throws -> [UInt8]
    ) async throws -> [String: TensorInfo] {
        var head = try await piece(0..<min(size, firstPiece))
        func extend(to count: Int) async throws {
            guard count > head.count else { return }
            guard count <= min(size, headLimit) else {
                throw RegistryError(.invalid, "its head is longer than \(min(size, headLimit)) bytes")
            }
            head += try await piece(head.count..<count)
            guard head.count >= count else { throw RegistryError(.damaged, "it ends early") }
        }
        var offset = 0
        while true {
            try await extend(to: offset + blockSize)
            let entry = try TarEntry(head[offset..<offset + blockSize])
            offset += blockSize
            guard entry.size <= size - offset else { throw RegistryError(.invalid, "its file is longer than it is") }
            if entry.isFile {
                let lengthSize = 8
                try await extend(to: offset + lengthSize)
                let end = try head[offset...].withUnsafeBytes {
                    try SafetensorsHeader.dataStart(head: $0, fileSize: entry.size)
                }
                try await extend(to: offset + end)
                return try head[offset...].withUnsafeBytes {
                    try SafetensorsHeader(head: $0, fileSize: entry.size).tensors
                }
            }
            guard entry.isExtension else { throw RegistryError(.invalid, "it holds something other than a file") }
            offset += (entry.size + blockSize - 1) / blockSize * blockSize
        }
    }

    /// A header block of a tar (POSIX.1-2017, pax, "ustar Interchange Format").
    private struct TarEntry {
        let size: Int
        let type: UInt8

        var isFile: Bool { type == UInt8(ascii: "0") || type == 0 }
        var isExtension: Bool { type == UInt8(ascii: "x") || type == UInt8(ascii: "g") }

        init(_ block: ArraySlice<UInt8>) throws {
            let bytes = Array(block)
            let (sizeField, sumField, typeOffset) = (124..<136, 148..<156, 156)
            let sum = bytes.enumerated().reduce(0) { $0 + (sumField.contains($1.offset) ? 0x20 : Int($1.element)) }
            guard Self.octal(bytes[sumField]) == sum, let size = Self.number(bytes[sizeField]) else {
                throw RegistryError(.invalid, "it is no tar")
            }
            self.size = size
            type = bytes[typeOffset]
        }

        private static func octal(_ field: ArraySlice<UInt8>) -> Int? {
            var value = 0
            let digits = field.drop { $0 == 0x20 }.prefix { $0 != 0x20 && $0 != 0 }
            for digit in digits {
                guard (UInt8(ascii: "0")...UInt8(ascii: "7")).contains(digit) else { return nil }
                value = value << 3 | Int(digit - UInt8(ascii: "0"))
            }
            return value
        }

        /// Octal, or for 8 GiB and more a big-endian number behind a set first bit.
        private static func number(_ field: ArraySlice<UInt8>) -> Int? {
            guard let first = field.first, first & 0x80 != 0 else { return octal(field) }
            var value = Int(first & 0x7F)
            for byte in field.dropFirst() {
                guard value < 1 << 54 else { return nil }
                value = value << 8 | Int(byte)
            }
            return value
        }
    }
}
