/// The few protocol-buffer encodings that TensorBoard's events need.
struct ProtobufMessage {
    private(set) var bytes: [UInt8] = []

    /// A `double` field.
    mutating func append(_ field: UInt64, _ value: Double) {
        appendVarint(field << 3 | 1)
        withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
    }

    /// A `float` field.
    mutating func append(_ field: UInt64, _ value: Float) {
        appendVarint(field << 3 | 5)
        withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
    }

    /// An `int64` field.
    mutating func append(_ field: UInt64, _ value: Int) {
        appendVarint(field << 3)
        appendVarint(UInt64(bitPattern: Int64(value)))
    }

    /// A `string` field.
    mutating func append(_ field: UInt64, _ value: String) {
        append(field, Array(value.utf8))
    }

    /// A nested message.
    mutating func append(_ field: UInt64, _ value: ProtobufMessage) {
        append(field, value.bytes)
    }

    private mutating func append(_ field: UInt64, _ value: [UInt8]) {
        appendVarint(field << 3 | 2)
        appendVarint(UInt64(value.count))
        bytes.append(contentsOf: value)
    }

    private mutating func appendVarint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }
}
