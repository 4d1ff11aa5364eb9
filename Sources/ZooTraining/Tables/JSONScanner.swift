import CKernels
import Glibc

/// Reads JSON text by RFC 8259, from a place onward; the text ends with a newline.
struct JSONScanner {
    /// What kind of value was read.
    enum Value {
        case string, number, boolean, null, array, object
    }

    /// Where reading goes on.
    var next: UnsafePointer<UInt8>
    private let end: UnsafePointer<UInt8>
    private let scratch: ScanBuffer<UInt8>
    /// The last scalar read: unescaped text, or the token as it stands; of an array or object, all of it.
    private(set) var start: UnsafePointer<UInt8>
    private(set) var length = 0
    /// What was wrong, after a failure.
    private(set) var problem = ""

    /// A scanner of the text up to `end`; escaped strings are written behind what `scratch` holds, which must have room.
    init(_ text: UnsafePointer<UInt8>, end: UnsafePointer<UInt8>, scratch: ScanBuffer<UInt8>) {
        next = text
        start = text
        self.end = end
        self.scratch = scratch
    }

    mutating func skipSpaces() {
        while next < end, next[0] == 0x20 || next[0] == 0x09 || next[0] == 0x0d { next += 1 }
    }

    /// Reads one punctuation mark, if it comes next.
    mutating func skip(_ mark: UInt8) -> Bool {
        skipSpaces()
        guard next < end, next[0] == mark else { return false }
        next += 1
        return true
    }

    /// Notes what was wrong.
    mutating func fail(_ message: String) -> Value? {
        problem = message
        return nil
    }

    /// Reads one value; nested ones are checked and passed over.
    mutating func readValue(depth: Int = 0) -> Value? {
        skipSpaces()
        guard next < end else { return fail("the line ends where a value was expected") }
        switch next[0] {
        case UInt8(ascii: "\""): return readString() ? .string : nil
        case UInt8(ascii: "{"): return readNested(.object, close: UInt8(ascii: "}"), depth)
        case UInt8(ascii: "["): return readNested(.array, close: UInt8(ascii: "]"), depth)
        case UInt8(ascii: "t"): return readWord("true") ? .boolean : nil
        case UInt8(ascii: "f"): return readWord("false") ? .boolean : nil
        case UInt8(ascii: "n"): return readWord("null") ? .null : nil
        default: return readNumber()
        }
    }

    private mutating func readWord(_ word: StaticString) -> Bool {
        guard end - next >= word.utf8CodeUnitCount, memcmp(next, word.utf8Start, word.utf8CodeUnitCount) == 0 else {
            _ = fail("a word is neither true, false nor null")
            return false
        }
        start = next
        length = word.utf8CodeUnitCount
        next += length
        return true
    }

    private mutating func skipDigits() -> Bool {
        let first = next
        while next < end, next[0] &- 48 < 10 { next += 1 }
        return next > first
    }

    private mutating func readNumber() -> Value? {
        let first = next
        if next < end, next[0] == UInt8(ascii: "-") { next += 1 }
        let digits = next
        guard skipDigits() else { return fail("a value starts with '\(BadRow.excerpt(first, 1))'") }
        if digits[0] == UInt8(ascii: "0"), next - digits > 1 { return fail("a number starts with 0") }
        if next < end, next[0] == UInt8(ascii: ".") {
            next += 1
            guard skipDigits() else { return fail("a number ends with its point") }
        }
        if next < end, next[0] | 0x20 == UInt8(ascii: "e") {
            next += 1
            if next < end, next[0] == UInt8(ascii: "+") || next[0] == UInt8(ascii: "-") { next += 1 }
            guard skipDigits() else { return fail("a number lacks its exponent") }
        }
        start = first
        length = next - first
        return .number
    }

    private mutating func readNested(_ kind: Value, close: UInt8, _ depth: Int) -> Value? {
        guard depth < 64 else { return fail("values are nested more than 64 deep") }
        let first = next
        let mark = scratch.count
        next += 1
        if !skip(close) {
            repeat {
                if kind == .object {
                    guard readKey() else { return nil }
                }
                guard readValue(depth: depth + 1) != nil else { return nil }
            } while skip(UInt8(ascii: ","))
            guard skip(close) else { return fail("a comma or '\(Character(UnicodeScalar(close)))' is missing") }
        }
        scratch.count = mark
        start = first
        length = next - first
        return kind
    }

    /// Reads a key and its colon.
    mutating func readKey() -> Bool {
        skipSpaces()
        guard next < end, next[0] == UInt8(ascii: "\"") else {
            _ = fail("a key in double quotes is missing")
            return false
        }
        guard readString() else { return false }
        guard skip(UInt8(ascii: ":")) else {
            _ = fail("a colon is missing after a key")
            return false
        }
        return true
    }

    private mutating func readString() -> Bool {
        next += 1
        start = next
        while next < end, next[0] != UInt8(ascii: "\""), next[0] != UInt8(ascii: "\\"), next[0] >= 32 { next += 1 }
        if next < end, next[0] == UInt8(ascii: "\"") {
            length = next - start
            next += 1
            return true
        }
        return readEscapedString()
    }

    /// Goes on with a string from its first escape.
    private mutating func readEscapedString() -> Bool {
        let output = UnsafePointer(scratch.base + scratch.count)
        scratch.append(from: start, count: next - start)
        while next < end, next[0] >= 32 {
            let byte = next[0]
            next += 1
            if byte == UInt8(ascii: "\"") {
                start = output
                length = UnsafePointer(scratch.base + scratch.count) - output
                return true
            }
            if byte == UInt8(ascii: "\\") {
                guard readEscape() else {
                    _ = fail("a string holds an unknown escape")
                    return false
                }
            } else {
                scratch.append(byte)
            }
        }
        _ = fail(next < end ? "a string holds a control character" : "a string is never closed")
        return false
    }

    private mutating func readEscape() -> Bool {
        guard next < end else { return false }
        let byte = next[0]
        next += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): scratch.append(byte)
        case UInt8(ascii: "b"): scratch.append(8)
        case UInt8(ascii: "f"): scratch.append(12)
        case UInt8(ascii: "n"): scratch.append(10)
        case UInt8(ascii: "r"): scratch.append(13)
        case UInt8(ascii: "t"): scratch.append(9)
        case UInt8(ascii: "u"): return readUnicodeEscape()
        default: return false
        }
        return true
    }

    private mutating func readUnicodeEscape() -> Bool {
        guard var code = readHex() else { return false }
        if code >> 10 == 0xd800 >> 10 {
            guard end - next >= 6, next[0] == UInt8(ascii: "\\"), next[1] == UInt8(ascii: "u") else { return false }
            next += 2
            guard let low = readHex(), low >> 10 == 0xdc00 >> 10 else { return false }
            code = 0x10000 + (code - 0xd800) << 10 + (low - 0xdc00)
        }
        guard let scalar = UnicodeScalar(code) else { return false }
        for byte in UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter { scratch.append(byte) }
        return true
    }

    private mutating func readHex() -> UInt32? {
        guard end - next >= 4 else { return nil }
        var code: UInt32 = 0
        for _ in 0..<4 {
            guard let digit = Character(UnicodeScalar(next[0])).hexDigitValue, next[0] < 128 else { return nil }
            code = code << 4 | UInt32(digit)
            next += 1
        }
        return code
    }
}
