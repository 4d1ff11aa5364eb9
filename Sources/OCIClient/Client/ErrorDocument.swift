import ZooJSON

/// What a registry says went wrong (Distribution specification, "Error Codes").
enum ErrorDocument {
    private static let textLimit = 300

    /// The first error in one line, empty where the body is no such document.
    static func text(_ bytes: [UInt8]) -> String {
        guard case .array(let errors)? = (try? JSONValue(parsing: bytes))?[key: "errors"], let first = errors.first
        else { return "" }
        let parts = ["code", "message"].compactMap { key -> String? in
            if case .string(let text)? = first[key: key], !text.isEmpty { text } else { nil }
        }
        let line = parts.joined(separator: ": ").split(whereSeparator: \.isNewline).joined(separator: " ")
        return String(line.prefix(textLimit))
    }
}
