/// A tree of values to be written as YAML or JSON, in the order given, so that equal content gives equal bytes.
package enum ConfigurationValue {
    case string(String)
    case integer(Int)
    case number(Double)
    case boolean(Bool)
    case list([ConfigurationValue])
    case mapping([(String, ConfigurationValue)])

    /// One line of JSON, which is also YAML.
    package var json: String {
        switch self {
        case .string(let text): Self.quoted(text)
        case .integer(let value): String(value)
        case .number(let value): Self.decimal(value)
        case .boolean(let value): value ? "true" : "false"
        case .list(let values): "[" + values.map(\.json).joined(separator: ",") + "]"
        case .mapping(let entries):
            "{" + entries.map { Self.quoted($0.0) + ":" + $0.1.json }.joined(separator: ",") + "}"
        }
    }

    /// One line of YAML in flow style, with as few quotes as can be.
    package var flow: String {
        switch self {
        case .string(let text): Self.isPlain(text) ? text : Self.quoted(text)
        case .list(let values): "[" + values.map(\.flow).joined(separator: ", ") + "]"
        case .mapping(let entries): "{" + entries.map { "\($0.0): \($0.1.flow)" }.joined(separator: ", ") + "}"
        default: json
        }
    }

    /// A number's shortest form that reads back as the same number.
    private static func decimal(_ value: Double) -> String {
        if value == value.rounded(), value.magnitude < 1e15 { return String(Int64(value)) }
        return value.description
    }

    /// Whether YAML reads the text as itself without quotes, in block and in flow style.
    private static func isPlain(_ text: String) -> Bool {
        guard let first = text.utf8.first, let last = text.utf8.last, last != UInt8(ascii: " ") else { return false }
        let letters = UInt8(ascii: "a")...UInt8(ascii: "z")
        guard letters.contains(first | 0x20) else { return false }
        let reserved = ["null", "true", "false", "yes", "no", "on", "off", "y", "n", "nan", "inf"]
        guard !reserved.contains(text.lowercased()) else { return false }
        return text.utf8.allSatisfy { byte in
            letters.contains(byte | 0x20) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                || "_-./+() ".utf8.contains(byte)
        }
    }

    /// A JSON string; what YAML would not read as JSON does is escaped.
    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case _
            where scalar.value < 0x20 || (0x7f...0xa0).contains(scalar.value)
                || [0x2028, 0x2029, 0xfeff, 0xfffe, 0xffff].contains(scalar.value):
                let hexadecimal = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - hexadecimal.count) + hexadecimal
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
