/// The path of a repository inside a registry, checked to be well formed (OCI distribution specification 1.1, "Pull").
///
/// Only lower-case letters, digits, `.`, `_`, `-` and slashes between components pass, so a name can be part of a file
/// name. Unlike in a ``Reference``, a first component with a dot is no registry: mirrors have such repositories.
public struct RepositoryName: Hashable, Sendable, CustomStringConvertible {
    /// The name as text.
    public let description: String

    /// Checks a name.
    ///
    /// - Throws: ``OCIError`` `.invalid`.
    public init(_ text: String) throws {
        guard text.utf8.count <= Reference.nameLimit, Reference.isName(text[...]) else {
            throw OCIError(
                .invalid,
                "not a repository: \"\(text.prefix(300))\" (lower-case letters and digits, joined by '.', '_', '-' or '/')"
            )
        }
        description = text
    }

    /// The repository and the tag of an index's entry "name:tag", nil if it is no such name.
    static func split(_ referenceName: String) -> (repository: RepositoryName, tag: String)? {
        guard let colon = referenceName.lastIndex(of: ":") else { return nil }
        let tag = referenceName[referenceName.index(after: colon)...]
        guard Reference.isTag(tag), let name = try? RepositoryName(String(referenceName[..<colon])) else { return nil }
        return (name, String(tag))
    }

    /// Whether a text can be a tag.
    package static func isTag(_ text: String) -> Bool { Reference.isTag(text[...]) }

    /// The name under which an index lists a tag of this repository.
    package func localName(_ tag: String) -> String { "\(description):\(tag)" }

    /// The name as one component of a path: `+` stands for the slash, which no name has.
    var fileName: String { String(description.map { $0 == "/" ? "+" : $0 }) }

    /// The repository that a directory of that name is for.
    init?(fileName: String) {
        guard let name = try? RepositoryName(String(fileName.map { $0 == "+" ? "/" : $0 })) else { return nil }
        self = name
    }
}

extension Descriptor {
    /// The repository and tag that this entry of an index belongs to; no tag if the manifest was pushed by digest.
    package var place: (repository: RepositoryName, tag: String?)? {
        if let referenceName {
            guard let (repository, tag) = RepositoryName.split(referenceName) else { return nil }
            return (repository, tag)
        }
        guard let name = annotations[Annotation.repository], let repository = try? RepositoryName(name) else {
            return nil
        }
        return (repository, nil)
    }

    /// What the manifest refers to, directly or not, that its repository did not have when it was pushed.
    package var missing: Set<Digest> {
        guard let list = annotations[Annotation.missing] else { return [] }
        return Set(list.split(separator: " ").compactMap { try? Digest(String($0)) })
    }
}
