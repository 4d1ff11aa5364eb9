import Yams
import ZooFiles

/// A YAML file of the server's, read strictly: an unknown key is an error, since a misspelt right would be none.
struct SettingsFile {
    private static let byteLimit = 4 << 20
    let path: String

    /// Reads the document; its root must be a mapping with the given keys.
    ///
    /// - Throws: ``ConfigurationFault``; `FileError`.
    func root(keys: Set<String>) throws -> [String: Node] {
        guard let bytes = try OpenFile(path).readAll(limit: Self.byteLimit),
            let text = String(validating: bytes, as: UTF8.self)
        else { throw ConfigurationFault(path: path, message: "too long, or not UTF-8") }
        let node: Node?
        do {
            node = try Yams.compose(yaml: text)
        } catch {
            throw ConfigurationFault(path: path, message: "not YAML: \(error)")
        }
        guard let node else { return [:] }
        return try mapping(node, what: "the document", keys: keys)
    }

    /// The members of a mapping.
    ///
    /// - Parameter keys: the keys that it may have; nil for any.
    func mapping(_ node: Node, what: String, keys: Set<String>? = nil) throws -> [String: Node] {
        guard let mapping = node.mapping else { throw fault(node, "\(what) must be a mapping") }
        var members: [String: Node] = [:]
        for (key, value) in mapping {
            guard let name = key.scalar?.string else { throw fault(key, "a key of \(what) must be a text") }
            if let keys, !keys.contains(name) {
                throw fault(key, "\(what) has no \"\(name)\"; it may have \(keys.sorted().joined(separator: ", "))")
            }
            guard members.updateValue(value, forKey: name) == nil else {
                throw fault(key, "\"\(name)\" is there twice")
            }
        }
        return members
    }

    /// A text.
    func text(_ node: Node, what: String) throws -> String {
        guard let scalar = node.scalar else { throw fault(node, "\(what) must be a text") }
        return scalar.string
    }

    /// The `read` and `write` members: a pattern, or a list of them, each.
    func rights(_ members: [String: Node], what: String) throws -> Rights {
        func patterns(_ key: String) throws -> [RepositoryPattern] {
            guard let node = members[key] else { return [] }
            let nodes = node.sequence.map(Array.init) ?? [node]
            return try nodes.map { RepositoryPattern(try text($0, what: "\(key) of \(what)")) }
        }
        return Rights(read: try patterns("read"), write: try patterns("write"))
    }

    /// An error at a node.
    func fault(_ node: Node, _ message: String) -> ConfigurationFault {
        let line = node.mark.map { "line \($0.line): " } ?? ""
        return ConfigurationFault(path: path, message: line + message)
    }
}
