/// Any JSON value; numbers keep their text, so nothing is lost between reading and writing.
package enum JSONValue: Sendable, Hashable {
    case null
    case bool(Bool)
    case number(String)
    case string(String)
    case array([JSONValue])
    case object([String: JSONValue])

    /// Parses a whole text; throws ``JSONError``.
    package init(parsing bytes: [UInt8]) throws {
        self = try bytes.withUnsafeBytes { try JSONReader.parse($0) { try JSONValue(from: &$0) } }
    }

    /// Reads the next value.
    package init(from reader: inout JSONReader) throws {
        switch try reader.peek() {
        case .object:
            var members: [String: JSONValue] = [:]
            try reader.object { members[$1.string] = try JSONValue(from: &$0) }
            self = .object(members)
        case .array:
            var elements: [JSONValue] = []
            try reader.array { elements.append(try JSONValue(from: &$0)) }
            self = .array(elements)
        case .string: self = .string(try reader.string())
        case .number: self = .number(try reader.number())
        case .bool: self = .bool(try reader.bool())
        case .null:
            try reader.skip()
            self = .null
        }
    }

    /// The value of a member, if this is an object that has it.
    package subscript(key key: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members[key]
    }
}
