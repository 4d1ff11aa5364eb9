import OCI
import ZooJSON

/// An in-toto Statement v1: a claim about things that are named by their digests.
///
/// https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md
struct Statement: Equatable {
    static let type = "https://in-toto.io/Statement/v1"
    static let mediaType = "application/vnd.in-toto+json"
    /// Longer ones are refused: a statement has a line for each file of a model.
    static let byteLimit = 16 << 20

    /// What a statement is about.
    struct Subject: Equatable {
        var name: String
        /// SHA-256 in hexadecimal.
        var sha256: String
    }

    var subjects: [Subject]
    var predicateType: String
    var predicate: JSONValue

    /// The statement's canonical bytes: the same claim always has the same ones.
    var canonicalBytes: [UInt8] {
        JSONWriter.canonical(
            .object([
                "_type": .string(Self.type),
                "subject": .array(
                    subjects.map {
                        .object(["name": .string($0.name), "digest": .object(["sha256": .string($0.sha256)])])
                    }
                ),
                "predicateType": .string(predicateType),
                "predicate": predicate,
            ])
        )
    }
}

extension Statement {
    /// Reads a statement; `what` names it in errors.
    ///
    /// - Throws: ``RegistryError`` (`invalid`).
    init(parsing bytes: [UInt8], what: String) throws {
        func fail(_ why: String) -> RegistryError { RegistryError(.invalid, "\(what): \(why)") }
        let value: JSONValue
        do {
            value = try JSONValue(parsing: bytes)
        } catch {
            throw fail("the statement is not valid JSON: \(error)")
        }
        guard case .string(Self.type)? = value[key: "_type"] else {
            throw fail("it is no in-toto statement of version 1")
        }
        guard case .string(let predicateType)? = value[key: "predicateType"], let predicate = value[key: "predicate"],
            case .array(let subjects)? = value[key: "subject"]
        else { throw fail("the statement lacks its subject or predicate") }
        self.subjects = try subjects.map { subject in
            guard case .string(let name)? = subject[key: "name"],
                case .string(let hex)? = subject[key: "digest"]?[key: "sha256"], Digest(.sha256, hex: hex) != nil
            else { throw fail("a subject lacks its name or its SHA-256") }
            return Subject(name: name, sha256: hex)
        }
        self.predicateType = predicateType
        self.predicate = predicate
    }
}
