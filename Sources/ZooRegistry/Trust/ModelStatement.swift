package import OCI
import ZooJSON

/// What an OMS signature says: these are the files of the model, with these digests.
///
/// The OpenSSF Model Signing format 1.0, as the `model-signing` package writes it.
package struct ModelStatement: Equatable, Sendable {
    static let predicateType = "https://model_signing/signature/v1.0"
    /// A member of ours in the predicate, which other verifiers pass over as the format demands.
    private static let ownMember = "dev.zoo"

    /// The model's name, for people only.
    package var name: String
    /// The files, by path.
    package var files: FileDigests
    /// Paths that the signer left out, with all that lies under them.
    package var ignoredPaths: [String]
    /// Whether links were followed.
    package var allowsLinks: Bool
    /// The manifest that the files were published by, where the signer knew it.
    package var manifest: Digest?

    package init(
        name: String,
        files: FileDigests,
        ignoredPaths: [String] = [],
        allowsLinks: Bool = false,
        manifest: Digest? = nil
    ) {
        self.name = name
        self.files = files
        self.ignoredPaths = ignoredPaths
        self.allowsLinks = allowsLinks
        self.manifest = manifest
    }

    /// The statement's canonical bytes.
    package var canonicalBytes: [UInt8] {
        let sorted = files.sortedByPath
        var serialization: [String: JSONValue] = [
            "method": .string("files"), "hash_type": .string("sha256"), "allow_symlinks": .bool(allowsLinks),
        ]
        if !ignoredPaths.isEmpty { serialization["ignore_paths"] = .array(ignoredPaths.map(JSONValue.string)) }
        let resources = sorted.map { file in
            JSONValue.object([
                "name": .string(file.path), "algorithm": .string("sha256"), "digest": .string(file.digest.hex),
            ])
        }
        var predicate: [String: JSONValue] = [
            "serialization": .object(serialization), "resources": .array(resources),
        ]
        if let manifest { predicate[Self.ownMember] = .object(["manifest": .string(manifest.description)]) }
        return Statement(
            subjects: [.init(name: name, sha256: Self.rootDigest(sorted.map(\.digest)))],
            predicateType: Self.predicateType,
            predicate: .object(predicate)
        ).canonicalBytes
    }

    /// SHA-256 of the files' digests, one after another.
    private static func rootDigest(_ digests: [Digest]) -> String {
        Digest.of(digests.flatMap(\.bytes)).hex
    }
}

extension ModelStatement {
    /// Reads the payload of an envelope whose signature was checked; `what` names it in errors.
    ///
    /// - Throws: ``RegistryError`` (`invalid`) for other statements and for ways of hashing that zoo has not.
    package init(parsing bytes: [UInt8], what: String) throws {
        func fail(_ why: String) -> RegistryError { RegistryError(.invalid, "\(what): \(why)") }
        let statement = try Statement(parsing: bytes, what: what)
        guard statement.predicateType == Self.predicateType else {
            throw fail("it signs a \(statement.predicateType), not a model (\(Self.predicateType))")
        }
        guard statement.subjects.count == 1 else { throw fail("it has \(statement.subjects.count) subjects, not one") }
        guard let serialization = statement.predicate[key: "serialization"],
            case .array(let resources)? = statement.predicate[key: "resources"]
        else { throw fail("the predicate lacks serialization or resources") }
        guard case .string("files")? = serialization[key: "method"],
            case .string("sha256")? = serialization[key: "hash_type"]
        else { throw fail("its files are not hashed whole with SHA-256; sign again with that serialization") }
        if case .bool(let flag)? = serialization[key: "allow_symlinks"] {
            allowsLinks = flag
        } else {
            allowsLinks = false
        }
        ignoredPaths =
            try Self.texts(serialization[key: "ignore_paths"]) ?? { throw fail("ignore_paths is no list of paths") }()
        name = statement.subjects[0].name
        files = [:]
        var digests: [Digest] = []
        for resource in resources {
            guard case .string(let path)? = resource[key: "name"], case .string("sha256")? = resource[key: "algorithm"],
                case .string(let hex)? = resource[key: "digest"], let digest = Digest(.sha256, hex: hex)
            else { throw fail("a resource lacks its name or its SHA-256") }
            guard files.updateValue(digest, forKey: ExactPath(path)) == nil else {
                throw fail("it lists \(path) twice")
            }
            digests.append(digest)
        }
        guard statement.subjects[0].sha256 == Self.rootDigest(digests) else {
            throw fail("its subject is not the digest of the files that it lists")
        }
        if let own = statement.predicate[key: Self.ownMember] {
            guard case .string(let text)? = own[key: "manifest"], let digest = try? Digest(text) else {
                throw fail("its \(Self.ownMember).manifest is no digest")
            }
            manifest = digest
        }
    }

    /// A list of texts, empty where it is absent; nil for anything else.
    private static func texts(_ value: JSONValue?) -> [String]? {
        guard let value, value != .null else { return [] }
        guard case .array(let elements) = value else { return nil }
        var texts: [String] = []
        for element in elements {
            guard case .string(let text) = element else { return nil }
            texts.append(text)
        }
        return texts
    }
}

extension Digest {
    /// The hash itself.
    fileprivate var bytes: [UInt8] {
        let digits = Array(hex.utf8)
        func value(_ digit: UInt8) -> UInt8 { digit < 58 ? digit - 48 : digit - 87 }
        return stride(from: 0, to: digits.count, by: 2).map { value(digits[$0]) << 4 | value(digits[$0 + 1]) }
    }
}
