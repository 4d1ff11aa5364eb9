/// What a token is to allow: "repository:acme/shop:pull,push".
package struct Scope: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// "repository" or "registry".
    package let type: String
    /// The repository, or "catalog".
    package let name: String
    /// "pull", "push", "delete" or "*".
    package let actions: Set<String>

    package init(type: String, name: String, actions: Set<String>) {
        self.type = type
        self.name = name
        self.actions = actions
    }

    /// Reading from, or writing to, a repository.
    package static func repository(_ name: String, _ actions: String...) -> Scope {
        Scope(type: "repository", name: name, actions: Set(actions))
    }

    /// Listing the repositories.
    package static let catalog = Scope(type: "registry", name: "catalog", actions: ["*"])

    /// The scopes of a challenge's `scope` parameter; what is none is left out.
    static func parse(_ text: String) -> [Scope] {
        text.split(separator: " ").prefix(16).compactMap { text in
            // A repository's name may hold a colon where the registry has a port in it.
            guard let first = text.firstIndex(of: ":"), let last = text.lastIndex(of: ":"), first < last else {
                return nil
            }
            let actions = text[text.index(after: last)...].split(separator: ",").map(String.init)
            return Scope(
                type: String(text[..<first]),
                name: String(text[text.index(after: first)..<last]),
                actions: Set(actions)
            )
        }
    }

    /// The same scopes with one for each resource, sorted, so that equal wishes share a token.
    static func merge(_ scopes: [Scope]) -> [Scope] {
        Dictionary(grouping: scopes) { [$0.type, $0.name] }.values
            .map { same in
                Scope(
                    type: same[0].type,
                    name: same[0].name,
                    actions: same.reduce(into: []) { $0.formUnion($1.actions) }
                )
            }
            .sorted()
    }

    package static func < (left: Scope, right: Scope) -> Bool { left.description < right.description }

    package var description: String { "\(type):\(name):\(actions.sorted().joined(separator: ","))" }
}
