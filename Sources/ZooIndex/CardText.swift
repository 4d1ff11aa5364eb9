/// What pages take from a card besides its Markdown.
package enum CardText {
    private static let limit = 200

    /// The card without the YAML that some tools put before it, between two lines of three hyphens.
    package static func body(_ card: String) -> Substring {
        let lines = card.split(separator: "\n", omittingEmptySubsequences: false)
        func isFence(_ line: Substring) -> Bool { line == "---" || line == "---\r" }
        guard let first = lines.first, isFence(first), let end = lines.dropFirst().firstIndex(where: isFence) else {
            return card[...]
        }
        return card[lines[end].endIndex...].drop { $0.isNewline }
    }

    /// The first paragraph in one line, without marks of Markdown that would look odd alone, cut after a word.
    package static func headline(_ card: String) -> String {
        var text = ""
        for word in firstParagraph(card) {
            if text.count + word.count >= limit {
                while let last = text.last, last.isPunctuation { text.removeLast() }
                return "\(text) …"
            }
            text += text.isEmpty ? word : " \(word)"
        }
        return text
    }

    private static func firstParagraph(_ card: String) -> [String] {
        var isCode = false
        var paragraph: [Substring] = []
        for line in body(String(card.prefix(16_384))).split(
            omittingEmptySubsequences: false,
            whereSeparator: \.isNewline
        ) {
            let text = line.drop { $0.isWhitespace }
            if text.hasPrefix("```") || text.hasPrefix("~~~") {
                if !paragraph.isEmpty { break }
                isCode.toggle()
                continue
            }
            if isCode { continue }
            if isUnderline(text) {
                // What was taken for prose is a heading.
                paragraph = []
            } else if text.isEmpty || isMarked(text) {
                if !paragraph.isEmpty { break }
            } else {
                paragraph.append(text)
            }
        }
        return words(paragraph.joined(separator: " "))
    }

    /// Whether a line is no prose: a heading, a list, a quotation, a table, a picture or raw HTML.
    private static func isMarked(_ line: Substring) -> Bool {
        "#|<>".contains(line.first ?? " ") || ["- ", "* ", "+ ", "![", "[!["].contains { line.hasPrefix($0) }
    }

    private static func isUnderline(_ line: Substring) -> Bool {
        line.count > 1 && (line.allSatisfy { $0 == "=" } || line.allSatisfy { $0 == "-" })
    }

    /// Words without emphasis and code marks; a link is its text.
    private static func words(_ text: String) -> [String] {
        text.replacing(/\[([^\]]*)\]\([^)]*\)/) { $0.output.1 }.split(whereSeparator: \.isWhitespace).compactMap {
            word in
            let plain = word.filter { $0 != "`" && $0 != "*" }
            let bare = plain.hasPrefix("_") || plain.hasSuffix("_") ? plain.filter { $0 != "_" } : plain
            return bare.isEmpty ? nil : String(bare)
        }
    }
}
