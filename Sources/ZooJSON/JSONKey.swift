import Glibc

/// The key of an object's member, compared with literals in place; valid only inside the closure that received it.
package struct JSONKey: Equatable, ExpressibleByStringLiteral {
    private let bytes: UnsafeRawBufferPointer
    private let decoded: String?

    init(bytes: UnsafeRawBufferPointer, decoded: String?) {
        self.bytes = bytes
        self.decoded = decoded
    }

    package init(stringLiteral text: StaticString) {
        bytes = UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
        decoded = nil
    }

    /// The key as text.
    package var string: String { decoded ?? String(decoding: bytes, as: UTF8.self) }

    package static func == (left: JSONKey, right: JSONKey) -> Bool {
        if left.decoded != nil || right.decoded != nil { return left.string.utf8.elementsEqual(right.string.utf8) }
        guard left.bytes.count == right.bytes.count else { return false }
        guard let first = left.bytes.baseAddress, let second = right.bytes.baseAddress else { return true }
        return memcmp(first, second, left.bytes.count) == 0
    }
}
