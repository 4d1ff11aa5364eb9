import Glibc

/// A string of a JSON text, compared with literals in place; valid only while the reader's bytes are.
///
/// Plain ASCII stays where it is: an index of ten thousand entries has more strings than anybody asks for.
package struct JSONText: Equatable, ExpressibleByStringLiteral {
    /// What stands between the quotes, if ``decoded`` is nil.
    private let bytes: UnsafeRawBufferPointer
    /// The text, where it has escapes or is not ASCII.
    private let decoded: String?

    init(plain bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
        decoded = nil
    }

    init(decoded: String) {
        bytes = UnsafeRawBufferPointer(start: nil, count: 0)
        self.decoded = decoded
    }

    package init(stringLiteral text: StaticString) {
        bytes = UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
        decoded = nil
    }

    /// The bytes, where the text is ASCII without escapes.
    var plain: UnsafeRawBufferPointer? { decoded == nil ? bytes : nil }

    /// The text.
    package var string: String {
        decoded ?? String(decoding: bytes.assumingMemoryBound(to: UInt8.self), as: UTF8.self)
    }

    /// Lends the text's UTF-8.
    package func withUTF8<Result>(_ body: (UnsafeBufferPointer<UInt8>) throws -> Result) rethrows -> Result {
        guard var decoded else { return try body(bytes.assumingMemoryBound(to: UInt8.self)) }
        return try decoded.withUTF8(body)
    }

    package static func == (left: JSONText, right: JSONText) -> Bool {
        if left.decoded != nil || right.decoded != nil { return left.string.utf8.elementsEqual(right.string.utf8) }
        guard left.bytes.count == right.bytes.count else { return false }
        guard let first = left.bytes.baseAddress, let second = right.bytes.baseAddress else { return true }
        return memcmp(first, second, left.bytes.count) == 0
    }
}
