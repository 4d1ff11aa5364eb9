/// Writes canonical JSON: members sorted by the bytes of their keys, no space, nothing escaped that need not be.
///
/// The same value always gives the same bytes, whatever the version of Foundation, because digests depend on it.
package struct JSONWriter {
    /// What has been written.
    package private(set) var bytes: [UInt8] = []

    package init(capacity: Int = 0) {
        bytes.reserveCapacity(capacity)
    }

    /// The canonical text of a value.
    package static func canonical(_ value: JSONValue) -> [UInt8] {
        var writer = JSONWriter()
        writer.write(value)
        return writer.bytes
    }

    /// Appends any value.
    package mutating func write(_ value: JSONValue) {
        switch value {
        case .null: raw("null")
        case .bool(let flag): raw(flag ? "true" : "false")
        case .number(let text): bytes.append(contentsOf: text.utf8)
        case .string(let text): write(text)
        case .array(let elements): array(elements) { $0.write($1) }
        case .object(let members):
            object(members.sorted { $0.key.precedesInUTF8($1.key) }) { $0.write($1) }
        }
    }

    /// Appends an array.
    package mutating func array<Element>(_ elements: [Element], _ body: (inout JSONWriter, Element) -> Void) {
        raw("[")
        for (index, element) in elements.enumerated() {
            if index > 0 { raw(",") }
            body(&self, element)
        }
        raw("]")
    }

    /// Appends an object of members that are sorted by their keys' bytes already.
    package mutating func object<Value>(
        _ sorted: [(key: String, value: Value)],
        _ body: (inout JSONWriter, Value) -> Void
    ) {
        raw("{")
        for (index, member) in sorted.enumerated() {
            if index > 0 { raw(",") }
            write(member.key)
            raw(":")
            body(&self, member.value)
        }
        raw("}")
    }

    /// Appends text that is JSON already.
    package mutating func raw(_ text: StaticString) {
        text.withUTF8Buffer { bytes.append(contentsOf: $0) }
    }

    /// Appends an integer.
    package mutating func write(_ value: Int) {
        bytes.append(contentsOf: String(value).utf8)
    }

    /// Appends a string with quotes.
    package mutating func write(_ text: String) {
        var text = text
        bytes.append(UInt8(ascii: "\""))
        text.withUTF8 { content in
            if content.contains(where: Self.needsEscape) {
                for byte in content { escape(byte) }
            } else {
                bytes.append(contentsOf: content)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private static func needsEscape(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
    }

    private mutating func escape(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"):
            bytes.append(UInt8(ascii: "\\"))
            bytes.append(byte)
        case 0x08: raw("\\b")
        case 0x09: raw("\\t")
        case 0x0a: raw("\\n")
        case 0x0c: raw("\\f")
        case 0x0d: raw("\\r")
        case 0..<0x20:
            raw("\\u00")
            bytes.append(UInt8(ascii: "0") + byte >> 4)
            bytes.append((byte & 15) + ((byte & 15) < 10 ? UInt8(ascii: "0") : UInt8(ascii: "a") - 10))
        default: bytes.append(byte)
        }
    }
}
