import ZooText

/// Text on its way to a terminal: names and cards come from strangers, and an escape sequence can rewrite the screen.
package enum TerminalText {
    /// `text` with control and bidirectional-override characters spelled out (`\u{1B}`); tabs and newlines too.
    package static func escape(_ text: String) -> String {
        escape(text, keepingLines: false)
    }

    /// As ``escape(_:)`` for text of several lines: keeps newlines and tabs, drops carriage returns before newlines.
    package static func escapeLines(_ text: String) -> String {
        escape(text, keepingLines: true)
    }

    /// One printable line: runs of newlines become one space, the rest is escaped.
    package static func oneLine(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: \.isUnsafeInText) else {
            return text
        }
        return escape(text.split(whereSeparator: \.isNewline).joined(separator: " "))
    }

    /// How many terminal cells `text` takes: two for East Asian wide characters and emoji, none for combining marks.
    package static func width(_ text: String) -> Int {
        if hasOnly(text, { $0 < 0x80 }) {
            return text.utf8.count
        }
        return text.reduce(0) { $0 + width($1) }
    }

    /// `text` cut to at most `limit` cells, with `…` where something was cut off.
    package static func truncate(_ text: String, to limit: Int) -> String {
        guard width(text) > limit else {
            return text
        }
        guard limit > 0 else {
            return ""
        }
        var result = ""
        var used = 0
        for character in text {
            let cells = width(character)
            if used + cells > limit - 1 {
                break
            }
            used += cells
            result.append(character)
        }
        return result + "…"
    }

    private static func escape(_ text: String, keepingLines: Bool) -> String {
        if hasOnly(text, { $0 >= 0x20 && $0 < 0x7F }) {
            return text
        }
        guard text.unicodeScalars.contains(where: \.isUnsafeInText) else {
            return text
        }
        var result = ""
        var rest = text.unicodeScalars[...]
        while let scalar = rest.popFirst() {
            if keepingLines && (scalar == "\n" || scalar == "\t") {
                result.unicodeScalars.append(scalar)
            } else if keepingLines && scalar == "\r" && rest.first == "\n" {
                continue
            } else if scalar.isUnsafeInText {
                result += "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// Whether all bytes of the text are of a kind: cheap, and true of nearly every text.
    private static func hasOnly(_ text: String, _ isOfKind: (UInt8) -> Bool) -> Bool {
        text.utf8.withContiguousStorageIfAvailable { $0.allSatisfy(isOfKind) } ?? text.utf8.allSatisfy(isOfKind)
    }

    private static func width(_ character: Character) -> Int {
        guard let scalar = character.unicodeScalars.first else {
            return 0
        }
        switch scalar.value {
        case 0..<0x300: return 1
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF,
            0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F900...0x1F9FF,
            0x20000...0x3FFFD:
            return 2
        default:
            return scalar.properties.generalCategory == .nonspacingMark ? 0 : 1
        }
    }
}
