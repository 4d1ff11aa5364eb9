/// What models are looked for; empty texts ask for nothing.
package struct ModelFilter: Sendable, Equatable {
    /// Properties by which models are told apart.
    package enum Facet: String, CaseIterable, Sendable {
        case kind, encoder, task, licence
    }

    /// Words, each the beginning of a word in what is known of the model.
    package var text: String
    /// Wanted values.
    package var values: [Facet: String]

    /// Asks for models.
    package init(text: String = "", values: [Facet: String] = [:]) {
        self.text = text
        self.values = values.filter { !$0.value.isEmpty }
    }

    /// The question as FTS5 reads it, every word quoted; nil if there is no word.
    var match: String? {
        let words = text.prefix(500).split(whereSeparator: \.isWhitespace)
            .filter { $0.contains { $0.isLetter || $0.isNumber } }.prefix(16)
        guard !words.isEmpty else { return nil }
        return words.map { "\"\($0.filter { $0 != "\"" && $0 != "\0" })\"*" }.joined(separator: " ")
    }
}
