extension JSONReader {
    /// Reads a string.
    package mutating func string() throws -> String {
        skipSpace()
        let (bytes, hasEscapes) = try quoted()
        return try text(bytes, hasEscapes: hasEscapes)
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
        case .string: _ = try string()
        case .number: _ = try number()
        case .bool: _ = try bool()
        case .null: guard null() else { throw unexpected("null") }
        }
    }

    mutating func key() throws -> JSONKey {
        let (bytes, hasEscapes) = try quoted()
        let decoded = try text(bytes, hasEscapes: hasEscapes)
        return JSONKey(bytes: bytes, decoded: hasEscapes ? decoded : nil)
    }

    /// The bytes between quotes, and whether a backslash is among them.
    private mutating func quoted() throws -> (UnsafeRawBufferPointer, Bool) {
        guard take(UInt8(ascii: "\"")) else { throw unexpected("a string") }
        let start = offset
        var hasEscapes = false
        while offset < bytes.count {
            let byte = bytes[offset]
            if byte == UInt8(ascii: "\"") {
                let inside = UnsafeRawBufferPointer(rebasing: bytes[start..<offset])
                offset += 1
                return (inside, hasEscapes)
            }
            guard byte >= 0x20 else { throw JSONError("a control character inside a string", at: offset) }
            if byte == UInt8(ascii: "\\") {
                hasEscapes = true
                offset += 1
            }
            offset += 1
        }
        offset = bytes.count
        throw JSONError("a string without its closing quote", at: start - 1)
    }

    private func text(_ raw: UnsafeRawBufferPointer, hasEscapes: Bool) throws -> String {
        let end = offset
        if !hasEscapes {
            guard let text = String(validating: raw, as: UTF8.self) else { throw JSONError("invalid UTF-8", at: end) }
            return text
        }
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
        guard let text = String(validating: decoded, as: UTF8.self) else { throw JSONError("invalid UTF-8", at: end) }
        return text
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
