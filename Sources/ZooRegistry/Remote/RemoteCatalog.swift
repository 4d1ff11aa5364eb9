package import OCI
package import OCIClient

/// A tag of a registry.
package struct RemoteEntry: Sendable {
    /// The tag.
    package let reference: RemoteReference
    /// What it points to.
    package let digest: Digest
    /// What listings show of it.
    package let summary: ModelSummary
}

extension RemoteSession {
    /// Requests at once; the connections bound them further.
    private static let requestsAtOnce = 16

    /// The models of a registry, sorted by repository and tag; other artifacts are left out.
    ///
    /// Reads the catalogue, the tags of each repository, and of each tag the manifest and its small document.
    /// - Parameters:
    ///   - place: of a registry that does not list its repositories, one that is named in full.
    ///   - prefix: only repositories whose path begins with this.
    ///   - unreadable: told of the repositories and tags that the registry cannot give as it should, if others are there.
    /// - Throws: ``RegistryError`` (`notFound`) where the registry does not list its repositories.
    package func catalog(
        _ place: RemotePlace,
        prefix: String = "",
        unreadable: ([ClientError]) -> Void = { _ in }
    ) async throws -> [RemoteEntry] {
        let client = try client(place.registry)
        let chosen = try await Self.repositories(client, at: place).filter { name in
            guard (name + "/").hasPrefix(place.prefix), (try? Reference(registry: nil, name: name)) != nil else {
                return false
            }
            return name.hasPrefix(place.prefix + prefix) || name.hasPrefix(prefix)
        }
        let listed = try await Self.concurrently(chosen) { name in
            try await Self.reading { try await Self.tags(of: name, client) }
        }
        let read = try await Self.concurrently(listed.compactMap(\.value).flatMap(\.self)) { name, tag in
            try await Self.reading { try await Self.entry(client, name, tag) }
        }
        let entries = read.compactMap { $0.value ?? nil }
        let faults = listed.compactMap(\.fault) + read.compactMap(\.fault)
        if let first = faults.first {
            guard !entries.isEmpty else { throw first }
            unreadable(faults)
        }
        return entries.sorted {
            ($0.reference.repository, $0.reference.tag ?? "") < ($1.reference.repository, $1.reference.tag ?? "")
        }
    }

    /// What `body` reads, or the error that says that this alone is broken, rather than that the registry cannot be asked.
    private static func reading<Value: Sendable>(
        _ body: () async throws -> Value
    ) async throws -> (value: Value?, fault: ClientError?) {
        do {
            return (try await body(), nil)
        } catch let error as ClientError {
            switch error.code {
            case .damaged, .invalid, .refused, .unavailable: return (nil, error)
            default: throw error
            }
        }
    }

    /// The repositories of a registry; of one that does not list them, the one that the place names, if it is there.
    private static func repositories(_ client: RegistryClient, at place: RemotePlace) async throws -> [String] {
        var refusal: (any Error)?
        do {
            if let listed = try await client.repositories() { return listed }
        } catch let error as ClientError where error.code == .denied || error.code == .unauthorized {
            refusal = error
        }
        let name = String(place.prefix.dropLast())
        if (try? Reference(registry: nil, name: name)) != nil, (try? await client.tags(name)) != nil { return [name] }
        throw refusal
            ?? RegistryError(
                .notFound,
                "\(place.registry) does not list its repositories; name one: zoo list --remote \(place.registry)/NAME"
            )
    }

    /// The tags of a registry whose models are built on one; none where the registry does not list its repositories.
    func models(builtOn digest: Digest, in registry: String) async throws -> [RemoteReference] {
        let client = try client(registry)
        let repositories: [String]?
        do {
            repositories = try await client.repositories()
        } catch let error as ClientError where error.code == .denied || error.code == .unauthorized {
            return []
        }
        let tags = try await Self.concurrently(repositories ?? []) { try await Self.tags(of: $0, client) }
        return try await Self.concurrently(tags.flatMap(\.self)) { name, tag in
            guard let bytes = try await client.manifest(name, tag)?.bytes, let manifest = try? Manifest(parsing: bytes),
                manifest.annotations[Annotation.baseDigest] == digest.description
            else { return nil }
            return try RemoteReference(registry: registry, repository: name, tag: tag)
        }.compactMap(\.self)
    }

    /// The tags of a repository, without those that stand for the referrers API.
    private static func tags(of name: String, _ client: RegistryClient) async throws -> [(name: String, tag: String)] {
        do {
            let tags = try await client.tags(name) ?? []
            return tags.filter { !RegistryClient.isFallbackTag($0) }.map { (name, $0) }
        } catch let error as ClientError where error.code == .denied || error.code == .unauthorized {
            // A repository that may not be read is none for this user.
            return []
        }
    }

    /// A tag's model; nil for what is none, or has gone in between.
    private static func entry(_ client: RegistryClient, _ name: String, _ tag: String) async throws -> RemoteEntry? {
        guard let reference = try? RemoteReference(registry: client.host.name, repository: name, tag: tag),
            let fetched = try await client.manifest(name, tag),
            let manifest = try? Manifest(parsing: fetched.bytes), manifest.artifactType == ModelMediaType.manifest,
            let layer = manifest.layers.first(where: { $0.mediaType == ModelMediaType.document })
        else { return nil }
        let bytes = try await client.blob(name, layer, limit: ModelDirectory.textLimit)
        guard let document = try? ModelDocument(parsing: bytes, what: ModelDocument.fileName) else { return nil }
        let size = manifest.contents.reduce(fetched.bytes.count) { total, content in
            let (sum, overflow) = total.addingReportingOverflow(content.size)
            return overflow ? .max : sum
        }
        return RemoteEntry(
            reference: reference,
            digest: fetched.descriptor.digest,
            summary: ModelSummary(document, size: size)
        )
    }

    /// Does the same for every item, some at once, and gives the results in the items' order.
    static func concurrently<Item: Sendable, Result: Sendable>(
        _ items: [Item],
        _ body: @escaping @Sendable (Item) async throws -> Result
    ) async throws -> [Result] {
        try await withThrowingTaskGroup(of: (Int, Result).self) { group in
            var results: [Result?] = Array(repeating: nil, count: items.count)
            var next = 0
            func begin() {
                guard next < items.count else { return }
                let (index, item) = (next, items[next])
                group.addTask { (index, try await body(item)) }
                next += 1
            }
            for _ in 0..<requestsAtOnce { begin() }
            while let (index, result) = try await group.next() {
                results[index] = result
                begin()
            }
            return results.compactMap(\.self)
        }
    }
}
