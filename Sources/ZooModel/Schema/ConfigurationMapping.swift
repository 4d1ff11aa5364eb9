/// The keys and values of a YAML mapping, and the default values that stand in for absent ones.
package struct ConfigurationMapping {
    package struct Entry {
        package var name: String
        package var key: ConfigurationNode
        package var value: ConfigurationNode
    }

    /// The mapping as a value, for errors about the whole of it.
    package let node: ConfigurationNode
    /// The entries in the file's order.
    package let entries: [Entry]
    private let what: String
    private var fallback: [Entry] = []

    package init(node: ConfigurationNode, what: String, entries: [Entry]) {
        self.node = node
        self.what = what
        self.entries = entries
    }

    /// The value of a key, or its default; nil where there is neither.
    package subscript(name: String) -> ConfigurationNode? {
        (entries.first { $0.name == name } ?? fallback.first { $0.name == name })?.value
    }

    /// The value of a key that has to be there.
    package func required(_ name: String) throws -> ConfigurationNode {
        guard let value = self[name] else { throw node.error("\(what) needs '\(name)'") }
        return value
    }

    /// Refuses any key but these.
    ///
    /// - Parameter note: what to say of a key that is known elsewhere; nil for the usual suggestion.
    package func allow(_ keys: [String], note: (String) -> String? = { _ in nil }) throws {
        for entry in entries where !keys.contains(entry.name) {
            let clause = note(entry.name) ?? Suggestion.clause(for: entry.name, among: keys)
            throw entry.key.error("unknown key '\(entry.name)' in \(what)\(clause)")
        }
    }

    /// The same mapping with another's values for keys that it lacks.
    package func defaulting(to other: ConfigurationMapping?) -> ConfigurationMapping {
        var result = self
        result.fallback = other?.entries ?? []
        return result
    }
}
