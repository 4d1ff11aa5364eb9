/// What a search looks for: every word in the name, the tag, a task, the encoder, the kind or the base of a model.
package struct ModelQuery: Sendable {
    let words: [String]
    let kind: ModelDocument.Kind?

    package init(words: [String], kind: ModelDocument.Kind? = nil) {
        self.words = words.flatMap { $0.lowercased().split(whereSeparator: \.isWhitespace).map(String.init) }
        self.kind = kind
    }

    /// Whether a model is looked for.
    package func matches(_ reference: String, _ summary: ModelSummary) -> Bool {
        guard kind == nil || summary.kind == kind?.rawValue else { return false }
        let texts = ([reference, summary.kind, summary.encoder, summary.base].compactMap(\.self) + summary.tasks)
            .map { $0.lowercased() }
        return words.allSatisfy { word in texts.contains { $0.contains(word) } }
    }
}
