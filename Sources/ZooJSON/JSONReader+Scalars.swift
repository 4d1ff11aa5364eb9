extension JSONReader {
    /// Reads a string.
    package mutating func string() throws -> String {
        strings.string(try text())
    }

    /// A key, or another text of this reader, as a string.
    package mutating func string(of text: JSONText) -> String {
        strings.string(text)
    }

    /// Reads a string and leaves it where it is.
    package mutating func text() throws -> JSONText {
        skipSpace()
        let (raw, hasEscapes, isASCII) = try quoted()
        if hasEscapes { return JSONText(decoded: try unescaped(raw)) }
        return isASCII ? JSONText(plain: raw) : JSONText(decoded: try validated(raw))
    }

    /// Reads an integer; a fraction, an exponent or a value past 64 bits is an error.
    package mutating func integer() throws -> Int {
        let start = offset
        let text = try number()
        guard let value = Int(text) else { throw JSONError("expected a 64-bit integer, not \(text)", at: start) }
        return value
    }

    /// Reads a number and gives its text as it stands.
    package mutating func number() throws -> String {
        skipSpace()
        let start = offset
        _ = take(UInt8(ascii: "-"))
        if !take(UInt8(ascii: "0")) { try digits() }
        if take(UInt8(ascii: ".")) { try digits() }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            _ = take(UInt8(ascii: "+")) || take(UInt8(ascii: "-"))
            try digits()
        }
        return String(decoding: bytes[start..<offset], as: UTF8.self)
    }

    /// Reads true or false.
    package mutating func bool() throws -> Bool {
        skipSpace()
        if word("true") { return true }
        if word("false") { return false }
        throw unexpected("true or false")
    }

    /// Reads null if it comes next.
    package mutating func null() -> Bool {
        skipSpace()
        return word("null")
    }

    /// Reads any value and drops it.
    package mutating func skip() throws {
        switch try peek() {
        case .object: try object { reader, _ in try reader.skip() }
        case .array: try array { reader in try reader.skip() }
        case .string: _ = try text()
        case .number: _ = try number()
        case .bool: _ = try bool()
        case .null: guard null() else { throw unexpected("null") }
        }
    }

    /// The bytes between quotes, whether a backslash is among them, and whether all are ASCII.
    private mutating func quoted() throws -> (UnsafeRawBufferPointer, hasEscapes: Bool, isASCII: Bool) {
        guard take(UInt8(ascii: "\"")) else { throw unexpected("a string") }
        let start = offset
        var hasEscapes = false
        var isASCII = true
        while true {
            skipPlain()
            guard offset < bytes.count else { break }
            switch bytes[offset] {
            case UInt8(ascii: "\""):
                let inside = UnsafeRawBufferPointer(rebasing: bytes[start..<offset])
                offset += 1
                return (inside, hasEscapes, isASCII)
            case UInt8(ascii: "\\"):
                hasEscapes = true
                offset += 2
            case 0..<0x20: throw JSONError("a control character inside a string", at: offset)
            case 0x80...:
                isASCII = false
                offset += 1
            default: offset += 1
            }
        }
        offset = bytes.count
        throw JSONError("a string without its closing quote", at: start - 1)
    }

    /// Passes over ASCII other than quotes, backslashes and control characters, eight bytes at a time.
    private mutating func skipPlain() {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let highs = ones &* 0x80
        while offset + 8 <= bytes.count {
            let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
            let belowSpace = word &- ones &* 0x20
            let isQuote = (word ^ ones &* UInt64(UInt8(ascii: "\""))) &- ones
            let isBackslash = (word ^ ones &* UInt64(UInt8(ascii: "\\"))) &- ones
            // A borrow can only mark bytes after one that is marked rightly: the first mark is true.
            let marks = ((belowSpace | isQuote | isBackslash) & ~word | word) & highs
            guard marks == 0 else {
                offset += marks.trailingZeroBitCount / 8
                return
            }
            offset += 8
        }
    }

    private func validated(_ raw: some Collection<UInt8>) throws -> String {
        guard let text = String(validating: raw, as: UTF8.self) else { throw JSONError("invalid UTF-8", at: offset) }
        return text
    }

    private func unescaped(_ raw: UnsafeRawBufferPointer) throws -> String {
        var decoded: [UInt8] = []
        decoded.reserveCapacity(raw.count)
        var position = 0
        while position < raw.count {
            let byte = raw[position]
            position += 1
            if byte == UInt8(ascii: "\\") {
                try unescape(raw, &position, into: &decoded)
            } else {
                decoded.append(byte)
            }
        }
        return try validated(decoded)
    }

    private func unescape(_ raw: UnsafeRawBufferPointer, _ position: inout Int, into decoded: inout [UInt8]) throws {
        // quoted() has made sure that a byte follows the backslash.
        let escape = raw[position]
        position += 1
        switch escape {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): decoded.append(escape)
        case UInt8(ascii: "b"): decoded.append(0x08)
        case UInt8(ascii: "f"): decoded.append(0x0c)
        case UInt8(ascii: "n"): decoded.append(0x0a)
        case UInt8(ascii: "r"): decoded.append(0x0d)
        case UInt8(ascii: "t"): decoded.append(0x09)
        case UInt8(ascii: "u"):
            var scalar = try hexUnit(raw, &position)
            if scalar & 0xfc00 == 0xd800, position + 1 < raw.count, raw[position] == UInt8(ascii: "\\"),
                raw[position + 1] == UInt8(ascii: "u")
            {
                position += 2
                let low = try hexUnit(raw, &position)
                guard low & 0xfc00 == 0xdc00 else { throw JSONError("a lone surrogate", at: offset) }
                scalar = 0x10000 + (scalar & 0x3ff) << 10 + (low & 0x3ff)
            }
            guard let character = Unicode.Scalar(scalar) else { throw JSONError("a lone surrogate", at: offset) }
            decoded.append(contentsOf: UTF8.encode(character).unsafelyUnwrapped)
        default: throw JSONError("an unknown escape in a string", at: offset)
        }
    }

    private func hexUnit(_ raw: UnsafeRawBufferPointer, _ position: inout Int) throws -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard position < raw.count, let digit = Character(Unicode.Scalar(raw[position])).hexDigitValue else {
                throw JSONError("a \\u escape without four hexadecimal digits", at: offset)
            }
            value = value << 4 | UInt32(digit)
            position += 1
        }
        return value
    }

    private mutating func digits() throws {
        let start = offset
        while case UInt8(ascii: "0")...UInt8(ascii: "9") = current { offset += 1 }
        guard offset > start else { throw unexpected("a digit") }
    }

    private mutating func word(_ word: StaticString) -> Bool {
        let end = offset + word.utf8CodeUnitCount
        guard end <= bytes.count else { return false }
        for index in 0..<word.utf8CodeUnitCount where bytes[offset + index] != word.utf8Start[index] { return false }
        offset = end
        return true
    }
}
