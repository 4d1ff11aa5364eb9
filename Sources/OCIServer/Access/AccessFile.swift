import OCI
import Yams

/// Who may do what with which repositories, and how much these may hold, from a YAML file.
struct AccessFile: Sendable {
    /// Rights by user; `*` stands for every other user.
    let users: [String: Rights]
    /// Rights of those who do not log in.
    let anonymous: Rights
    /// Bytes that a repository may hold, by pattern, in the file's order.
    let quotas: [(pattern: RepositoryPattern, bytes: Int)]

    /// Reads a file with `users:`, `anonymous:` and `quotas:`.
    ///
    /// - Throws: ``ConfigurationFault``; `FileError`.
    init(_ path: String) throws {
        let file = SettingsFile(path: path)
        let root = try file.root(keys: ["users", "anonymous", "quotas"])
        var users: [String: Rights] = [:]
        if let node = root["users"] {
            for (name, node) in try file.mapping(node, what: "users") {
                let members = try file.mapping(node, what: "the user \(name)", keys: ["read", "write"])
                users[name] = try file.rights(members, what: "the user \(name)")
            }
        }
        self.users = users
        anonymous =
            try root["anonymous"].map { node in
                let members = try file.mapping(node, what: "anonymous", keys: ["read", "write"])
                return try file.rights(members, what: "anonymous")
            } ?? .none
        quotas = try root["quotas"].map { node in try Self.quotas(node, file) } ?? []
    }

    /// Bytes that a repository may hold: the smallest quota whose pattern fits; nil for no limit.
    func quota(of repository: RepositoryName) -> Int? {
        quotas.filter { $0.pattern.matches(repository.description) }.map(\.bytes).min()
    }

    private static func quotas(_ node: Node, _ file: SettingsFile) throws -> [(RepositoryPattern, Int)] {
        try file.mapping(node, what: "quotas").map { pattern, node in
            let text = try file.text(node, what: "the quota of \(pattern)")
            guard let bytes = ByteCount.parse(text) else {
                throw file.fault(node, "the quota of \(pattern) must be like 500MB, 50GB or a number of bytes")
            }
            return (RepositoryPattern(pattern), bytes)
        }
    }
}

/// Numbers of bytes as people write them.
enum ByteCount {
    private static let units = ["B": 1, "KB": 1000, "MB": 1_000_000, "GB": 1_000_000_000, "TB": 1_000_000_000_000]

    /// Reads `1000`, `500MB`, `1.5 GB`; nil if it is none of these or does not fit 63 bits.
    static func parse(_ text: String) -> Int? {
        let number = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        let unit = text.dropFirst(number.count).drop { $0 == " " }
        guard let value = Double(number), value >= 0, let factor = unit.isEmpty ? 1 : units[unit.uppercased()] else {
            return nil
        }
        let bytes = value * Double(factor)
        return bytes < 9e18 ? Int(bytes) : nil
    }
}
