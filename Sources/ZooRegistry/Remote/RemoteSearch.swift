import OCI
package import OCIClient
import ZooJSON

extension RemoteSession {
    private static let pageSize = 1000
    private static let pageCountLimit = 1000

    /// The models of a registry that a query looks for.
    ///
    /// `zoo serve` searches by itself: words begin a word of what is known of a model, features and card included, and
    /// each repository is found once, by its main tag, the best first. Of another registry the catalogue is read, and
    /// every tag that matches is found; see ``catalog(_:prefix:unreadable:)``.
    package func search(
        _ place: RemotePlace,
        _ query: ModelQuery,
        unreadable: ([ClientError]) -> Void = { _ in }
    ) async throws -> [RemoteEntry] {
        if let found = try await searchAtServer(place, query) { return found }
        return try await catalog(place, unreadable: unreadable)
            .filter { query.matches($0.reference.description, $0.summary) }
    }

    /// nil where the registry does not search, or its index is still being made.
    private func searchAtServer(_ place: RemotePlace, _ query: ModelQuery) async throws -> [RemoteEntry]? {
        let client = try client(place.registry)
        var entries: [RemoteEntry] = []
        for page in 1...Self.pageCountLimit {
            let parameters = [
                ("q", query.words.joined(separator: " ")), ("kind", query.kind?.rawValue ?? ""),
                ("n", String(Self.pageSize)), ("page", String(page)),
            ]
            // What is wrong with the registry, reading the catalogue says.
            guard let bytes = try? await client.search(parameters.map { (name: $0, value: $1) }),
                let answer = try? JSONValue(parsing: bytes), answer[key: "complete"] == .bool(true),
                case .array(let models)? = answer[key: "models"]
            else { return nil }
            entries += models.compactMap { Self.entry($0, place.registry) }
                .filter { $0.reference.repository.hasPrefix(place.prefix) }
            if models.count < Self.pageSize { break }
        }
        return entries
    }

    /// A model of an answer; nil for other content.
    private static func entry(_ model: JSONValue, _ registry: String) -> RemoteEntry? {
        func text(_ key: String) -> String? {
            guard case .string(let text)? = model[key: key] else { return nil }
            return text
        }
        guard let kind = text("kind"), let name = text("name"), let tag = text("tag"),
            let digest = text("digest").flatMap({ try? Digest($0) }),
            case .number(let size)? = model[key: "size"], let size = Int(size), size >= 0,
            let reference = try? RemoteReference(registry: registry, repository: name, tag: tag)
        else { return nil }
        var summary = ModelSummary(foreignSize: size)
        summary.kind = kind
        summary.encoder = text("encoder")
        summary.base = text("base")
        summary.baseDigest = text("baseDigest")
        if case .array(let tasks)? = model[key: "tasks"] {
            summary.tasks = tasks.compactMap { if case .string(let task) = $0 { task } else { nil } }
        }
        return RemoteEntry(reference: reference, digest: digest, summary: summary)
    }
}
