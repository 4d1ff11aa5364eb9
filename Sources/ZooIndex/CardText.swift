/// What a listing shows of a card.
enum CardText {
    private static let limit = 200

    /// The first line of prose, without marks of Markdown that would look odd alone.
    static func headline(_ card: String) -> String {
        var isFenced = false
        for line in card.prefix(16_384).split(whereSeparator: \.isNewline) {
            let text = line.drop { $0.isWhitespace }
            if text.hasPrefix("```") || text.hasPrefix("---") { isFenced.toggle() }
            guard !isFenced, let first = text.first, !"#|<>`-=![*".contains(first) else { continue }
            let plain = text.filter { !"`*_".contains($0) }
            return plain.count > limit ? "\(plain.prefix(limit - 1))…" : plain
        }
        return ""
    }
}
