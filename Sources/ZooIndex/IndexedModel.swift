import Foundation
import GRDB

/// A repository as its main tag describes it.
package struct IndexedModel: Sendable {
    /// A tag of a repository.
    package struct Tag: Sendable {
        /// The part after the colon.
        package let label: String
        /// What it means, `sha256:…`.
        package let digest: String
        /// When it was tagged, where that is known.
        package let published: String?
        /// Bytes of all its content.
        package let size: Int

        /// The tags of a repository: `latest`, then the highest version first.
        static func all(of repository: String, in database: Database) throws -> [Tag] {
            let rows = try Row.fetchAll(
                database,
                sql: """
                    SELECT t.label, t.digest, t.published, a.size FROM tag t JOIN artifact a ON a.digest = t.digest
                    WHERE t.repository = ? AND NOT t.isAlias
                    """,
                arguments: [repository]
            )
            return rows.map { Tag(label: $0[0], digest: $0[1], published: $0[2], size: $0[3]) }
                .sorted { first, second in
                    if (first.label == "latest") != (second.label == "latest") { return first.label == "latest" }
                    return first.label.compare(second.label, options: .numeric) == .orderedDescending
                }
        }
    }

    /// The repository.
    package let repository: String
    /// Its main tag.
    package let label: String
    /// What that tag means, `sha256:…`.
    package let digest: String
    /// `encoder`, `head` or `delta`; nil for content that is no model.
    package let kind: String?
    /// The encoder's type.
    package let encoder: String?
    /// How the base was named.
    package let base: String?
    /// What that meant, `sha256:…`.
    package let baseDigest: String?
    /// Names of the tasks.
    package let tasks: [String]
    /// Licences, as SPDX names them.
    package let licences: [String]
    /// The first words of the card.
    package let headline: String
    /// Elements of all tensors.
    package let parameters: Int
    /// Bytes of all content.
    package let size: Int
    /// How many tags there are.
    package let tags: Int
    /// When it was last tagged.
    package let published: String?

    static let columns = """
        m.repository, m.label, a.kind, a.encoder, a.base, a.tasks, a.licences, a.headline, a.parameters, a.size,
        m.tags, m.published, m.digest, a.baseDigest
        """

    init(_ row: Row) {
        repository = row[0]
        label = row[1]
        kind = row[2]
        encoder = row[3]
        base = row[4]
        tasks = Self.list(row[5])
        licences = Self.list(row[6])
        headline = row[7]
        parameters = row[8]
        size = row[9]
        tags = row[10]
        published = row[11]
        digest = row[12]
        baseDigest = row[13]
    }

    static func list(_ text: String) -> [String] { text.split(separator: "\n").map(String.init) }
}
