import Glibc
import Yams
import ZooFiles

/// `policy.yaml`, read strictly: an unknown key could be a rule that somebody relies on.
struct PolicyFile {
    private static let byteLimit = 1 << 20

    private let path: String

    init(_ path: String) {
        self.path = path
    }

    func read() throws -> Policy? {
        let bytes: [UInt8]?
        do {
            bytes = try OpenFile(path).readAll(limit: Self.byteLimit)
        } catch let error as FileError where error.code == .notFound {
            return nil
        }
        guard let bytes, let text = String(validating: bytes, as: UTF8.self) else {
            throw RegistryError(.invalid, "\(path) is not text of at most \(Self.byteLimit) bytes")
        }
        let root: Node?
        do {
            root = try Yams.compose(yaml: text)
        } catch {
            let lines = "\(error)".split(whereSeparator: \.isNewline).map(String.init)
            throw RegistryError(.invalid, "\(path): not valid YAML: \(lines.joined(separator: " "))")
        }
        var policy = Policy(path: path, keys: nil, licences: nil, registries: nil)
        guard let root else { return policy }
        guard case .mapping(let mapping) = root else { throw fail(root, "a policy is a mapping of lists") }
        for (key, value) in mapping {
            switch key.string {
            case "keys": policy.keys = try texts(value, "keys").map { try self.key($0.text, $0.node) }
            case "licences", "licenses":
                guard policy.licences == nil else { throw fail(key, "licences is there twice, as licenses too") }
                policy.licences = try texts(value, "licences").map(\.text)
            case "registries": policy.registries = try texts(value, "registries").map(\.text)
            default:
                throw fail(key, "unknown rule \"\(key.string ?? "")\"; there are keys, licences and registries")
            }
        }
        return policy
    }

    private func texts(_ node: Node, _ name: String) throws -> [(text: String, node: Node)] {
        guard case .sequence(let sequence) = node else { throw fail(node, "\(name) is a list, one \"- …\" a line") }
        return try sequence.map { element in
            guard case .scalar(let scalar) = element, !scalar.string.isEmpty else {
                throw fail(element, "\(name) holds texts")
            }
            return (scalar.string, element)
        }
    }

    /// A key by its file, which lies relative to the policy's.
    private func key(_ file: String, _ node: Node) throws -> VerificationKey {
        let directory = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
        do {
            return try VerificationKey.read(file.hasPrefix("/") ? file : directory + file)
        } catch let error as RegistryError {
            throw fail(node, error.description)
        } catch {
            throw fail(node, "\(error)")
        }
    }

    private func fail(_ node: Node, _ why: String) -> RegistryError {
        RegistryError(.invalid, node.mark.map { "\(path):\($0.line): \(why)" } ?? "\(path): \(why)")
    }
}
