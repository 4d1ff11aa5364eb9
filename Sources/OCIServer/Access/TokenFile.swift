import Crypto
import OCI
import Yams

/// Bearer tokens, each with its rights, from a YAML file.
struct TokenFile: Sendable {
    private struct Token {
        let name: String
        let hash: [UInt8]
        let rights: Rights
    }

    private let tokens: [Token]

    /// Reads a file: `tokens:`, a list of `{name, token or sha256, read, write}`.
    ///
    /// - Throws: ``ConfigurationFault``; `FileError`.
    init(_ path: String) throws {
        let file = SettingsFile(path: path)
        guard let list = try file.root(keys: ["tokens"])["tokens"] else {
            throw ConfigurationFault(path: path, message: "expected \"tokens:\" and a list")
        }
        guard let nodes = list.sequence else { throw file.fault(list, "tokens must be a list") }
        var names: Set<String> = []
        tokens = try nodes.map { node in
            let members = try file.mapping(node, what: "a token", keys: ["name", "token", "sha256", "read", "write"])
            guard let nameNode = members["name"] else { throw file.fault(node, "a token has no name") }
            let name = try file.text(nameNode, what: "name")
            guard names.insert(name).inserted else { throw file.fault(nameNode, "two tokens are called \(name)") }
            let rights = try file.rights(members, what: "the token \(name)")
            guard rights != .none else { throw file.fault(node, "the token \(name) may do nothing; add read or write") }
            return Token(name: name, hash: try Self.hash(members, node, name, file), rights: rights)
        }
    }

    private static func hash(
        _ members: [String: Node],
        _ node: Node,
        _ name: String,
        _ file: SettingsFile
    ) throws -> [UInt8] {
        switch (members["token"], members["sha256"]) {
        case (let secret?, nil):
            let text = try file.text(secret, what: "token")
            guard text.utf8.count >= 16 else {
                throw file.fault(secret, "the token \(name) is shorter than 16 characters: others could guess it")
            }
            return hash(text)
        case (nil, let hash?):
            guard let digest = Digest(.sha256, hex: try file.text(hash, what: "sha256").lowercased()) else {
                throw file.fault(hash, "sha256 of \(name) must be 64 hexadecimal digits")
            }
            return Array(digest.hex.utf8)
        default: throw file.fault(node, "the token \(name) must have either token or sha256")
        }
    }

    /// Who presents a token; looks at every token, so that time tells nothing.
    func caller(presenting secret: String) -> Caller? {
        let hash = Self.hash(secret)
        var found: Caller?
        for token in tokens where ConstantTime.areEqual(hash, token.hash) {
            found = Caller(name: token.name, rights: token.rights)
        }
        return found
    }

    private static func hash(_ secret: String) -> [UInt8] {
        Array(Digest.of(Array(secret.utf8)).hex.utf8)
    }
}
