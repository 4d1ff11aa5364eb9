import Glibc

/// Gives one `String` for equal texts that come near one another: the keys and values of an index repeat by the thousand.
struct StringCache {
    /// A power of two.
    private static let slots = 64
    /// What fits into a `String` without memory of its own; longer than the second, texts hardly repeat.
    private static let lengths = 16...96

    private var strings: [String] = []

    /// The text as a string.
    mutating func string(_ text: JSONText) -> String {
        let slot = text.withUTF8 { Self.lengths.contains($0.count) ? Self.slot($0) : nil }
        guard let slot else { return text.string }
        if strings.isEmpty { strings = Array(repeating: "", count: Self.slots) }
        if text == strings[slot] { return strings[slot] }
        strings[slot] = text.string
        return strings[slot]
    }

    /// Where a text of eight bytes or more belongs, by its length and its ends.
    private static func slot(_ text: UnsafeBufferPointer<UInt8>) -> Int {
        let raw = UnsafeRawBufferPointer(text)
        let head = raw.loadUnaligned(as: UInt64.self)
        let tail = raw.loadUnaligned(fromByteOffset: raw.count - 8, as: UInt64.self)
        let mixed = (head ^ tail &* 31 ^ UInt64(raw.count)) &* 0x9e37_79b9_7f4a_7c15
        return Int(mixed >> 32) & (slots - 1)
    }
}

extension JSONText {
    fileprivate static func == (text: JSONText, string: String) -> Bool {
        text.withUTF8 { bytes in
            string.utf8.withContiguousStorageIfAvailable { other in
                guard let first = bytes.baseAddress, let second = other.baseAddress else { return other.isEmpty }
                return bytes.count == other.count && memcmp(first, second, other.count) == 0
            } ?? bytes.elementsEqual(string.utf8)
        }
    }
}
