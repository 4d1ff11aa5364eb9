import Glibc

/// A strict pull parser over bytes (RFC 8259), made for documents from strangers.
///
/// Refuses duplicate keys, invalid UTF-8, lone surrogates, bytes after the value and nesting past ``depthLimit``.
/// Nothing is built that the caller does not ask for, so an index of ten thousand entries reads in milliseconds.
package struct JSONReader {
    /// Arrays and objects inside one another at most.
    package static let depthLimit = 64

    /// What comes next.
    package enum Kind: Sendable {
        case object, array, string, number, bool, null
    }

    let bytes: UnsafeRawBufferPointer
    /// Bytes consumed.
    package var offset = 0
    private var depth = 0
    /// Plain keys of the objects that are open, innermost last, to find duplicates without a set per object.
    private var keys: [UnsafeRawBufferPointer] = []
    /// Strings that were asked for.
    var strings = StringCache()

    /// Reads from bytes that outlive the reader.
    package init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
    }

    /// Parses a whole text with `body`; anything after the value is an error.
    package static func parse<Result>(
        _ bytes: UnsafeRawBufferPointer,
        _ body: (inout JSONReader) throws -> Result
    ) throws -> Result {
        var reader = JSONReader(bytes)
        let result = try body(&reader)
        reader.skipSpace()
        guard reader.offset == bytes.count else {
            throw JSONError("unexpected bytes after the document", at: reader.offset)
        }
        return result
    }

    /// The kind of the next value, which stays unread.
    package mutating func peek() throws -> Kind {
        skipSpace()
        switch current {
        case UInt8(ascii: "{"): return .object
        case UInt8(ascii: "["): return .array
        case UInt8(ascii: "\""): return .string
        case UInt8(ascii: "t"), UInt8(ascii: "f"): return .bool
        case UInt8(ascii: "n"): return .null
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number
        default: throw unexpected("a value")
        }
    }

    /// Reads an object; `member` must read or ``skip()`` each value.
    package mutating func object(_ member: (inout JSONReader, JSONText) throws -> Void) throws {
        try enter(UInt8(ascii: "{"), "an object")
        let firstKey = keys.count
        var seen: Set<String> = []
        defer { keys.removeLast(keys.count - firstKey) }
        skipSpace()
        if current == UInt8(ascii: "}") { return leave() }
        while true {
            skipSpace()
            let start = offset
            let key = try text()
            try remember(key, firstKey: firstKey, seen: &seen, at: start)
            skipSpace()
            guard take(UInt8(ascii: ":")) else { throw unexpected("':'") }
            try member(&self, key)
            skipSpace()
            if take(UInt8(ascii: ",")) { continue }
            guard current == UInt8(ascii: "}") else { throw unexpected("',' or '}'") }
            return leave()
        }
    }

    /// Reads an array; `element` must read or ``skip()`` each value.
    package mutating func array(_ element: (inout JSONReader) throws -> Void) throws {
        try enter(UInt8(ascii: "["), "an array")
        skipSpace()
        if current == UInt8(ascii: "]") { return leave() }
        while true {
            try element(&self)
            skipSpace()
            if take(UInt8(ascii: ",")) { continue }
            guard current == UInt8(ascii: "]") else { throw unexpected("',' or ']'") }
            return leave()
        }
    }

    /// Refuses a key that its object has had; `seen` takes over from ``keys`` where keys are many, or not plain.
    private mutating func remember(_ key: JSONText, firstKey: Int, seen: inout Set<String>, at start: Int) throws {
        let linear = 24
        let isNew: Bool
        if seen.isEmpty, let plain = key.plain, keys.count - firstKey < linear {
            isNew = !keys[firstKey...].contains { other in
                guard other.count == plain.count else { return false }
                guard let left = other.baseAddress, let right = plain.baseAddress else { return true }
                return memcmp(left, right, plain.count) == 0
            }
            keys.append(plain)
        } else {
            if seen.isEmpty { seen.formUnion(keys[firstKey...].lazy.map { JSONText(plain: $0).string }) }
            isNew = seen.insert(key.string).inserted
        }
        guard isNew else { throw JSONError("duplicate key \"\(key.string)\"", at: start) }
    }

    private mutating func enter(_ bracket: UInt8, _ wanted: String) throws {
        skipSpace()
        guard current == bracket else { throw unexpected(wanted) }
        depth += 1
        guard depth <= Self.depthLimit else {
            throw JSONError("nested deeper than \(Self.depthLimit) levels", at: offset)
        }
        offset += 1
    }

    private mutating func leave() {
        offset += 1
        depth -= 1
    }

    /// The byte at the current position, or 0 at the end.
    var current: UInt8 { offset < bytes.count ? bytes[offset] : 0 }

    @inline(__always)
    mutating func take(_ byte: UInt8) -> Bool {
        guard current == byte, offset < bytes.count else { return false }
        offset += 1
        return true
    }

    @inline(__always)
    mutating func skipSpace() {
        while offset < bytes.count {
            switch bytes[offset] {
            case 0x20, 0x09, 0x0a, 0x0d: offset += 1
            default: return
            }
        }
    }

    func unexpected(_ wanted: String) -> JSONError {
        JSONError(offset < bytes.count ? "expected \(wanted)" : "the text ends where \(wanted) should be", at: offset)
    }
}
