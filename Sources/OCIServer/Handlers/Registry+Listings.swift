import HTTPTypes
import OCI
import ZooJSON

extension Registry {
    /// Entries that one page of a listing has at most, whatever the client asks for.
    private static var pageLimit: Int { 10_000 }
    /// Bytes of a page of referrers.
    private static var referrersLimit: Int { Manifest.byteLimit }

    /// GET of the tags of a repository.
    func tags(of repository: RepositoryName, _ exchange: Exchange) async throws -> Answer {
        let tags = try await onDisk { [self] in
            guard let listing = try catalog.listing(repository) else {
                guard try !store.blobs(of: repository).all().isEmpty else {
                    throw RegistryFault(.notFound, .nameUnknown, "no repository \(repository)")
                }
                return [String]()
            }
            return listing.tags
        }
        let path = exchange.location(repository, "tags/list", mayBeRelative: false)
        let page = try Self.page(tags, exchange, path: path)
        let body = JSONValue.object([
            "name": .string(repository.description), "tags": .array(page.entries.map(JSONValue.string)),
        ])
        return .json(JSONWriter.canonical(body), headers: page.headers)
    }

    /// GET of the repositories that the caller may read.
    func repositories(_ exchange: Exchange) async throws -> Answer {
        let rights = exchange.caller.rights
        let names = try await onDisk { [self] in
            try catalog.current().names.filter(rights.mayRead).map(\.description)
        }
        let page = try Self.page(names, exchange, path: "/v2/_catalog")
        let body = JSONValue.object(["repositories": .array(page.entries.map(JSONValue.string))])
        return .json(JSONWriter.canonical(body), headers: page.headers)
    }

    /// GET of the manifests of a repository whose subject is a manifest.
    func referrers(of digest: Digest, in repository: RepositoryName, _ exchange: Exchange) async throws -> Answer {
        let type = exchange.query["artifactType"]
        let last = exchange.query["last"] ?? ""
        let all = try await onDisk { [self] in
            guard let listing = try catalog.listing(repository) else { return [Descriptor]() }
            return listing.contents(catalog.manifests).manifests.values.compactMap { descriptor -> Descriptor? in
                guard let summary = catalog.manifests.summary(of: descriptor), summary.subject?.digest == digest,
                    type == nil || summary.artifactType == type, descriptor.digest.description > last
                else { return nil }
                return Descriptor(
                    mediaType: descriptor.mediaType,
                    digest: descriptor.digest,
                    size: descriptor.size,
                    artifactType: summary.artifactType,
                    annotations: summary.annotations
                )
            }.sorted { $0.digest.description < $1.digest.description }
        }
        var page: [Descriptor] = []
        var size = 0
        for descriptor in all {
            size += ImageIndex(manifests: [descriptor]).canonicalBytes.count
            if size > Self.referrersLimit, !page.isEmpty { break }
            page.append(descriptor)
        }
        var headers = HTTPFields()
        if type != nil { headers[.ociFilters] = "artifactType" }
        if page.count < all.count, let end = page.last {
            let path = exchange.location(repository, "referrers/\(digest)", mayBeRelative: false)
            let filter = type.map { "&artifactType=\(PercentEncoding.encode($0))" } ?? ""
            headers[.link] = "<\(path)?last=\(PercentEncoding.encode(end.digest.description))\(filter)>; rel=\"next\""
        }
        return .json(ImageIndex(manifests: page).canonicalBytes, headers: headers, type: MediaType.index)
    }

    /// The part of a sorted list that `n` and `last` ask for, and a link to the next one.
    private static func page(
        _ entries: [String],
        _ exchange: Exchange,
        path: String
    ) throws -> (entries: ArraySlice<String>, headers: HTTPFields) {
        let asked = try exchange.query.count
        var rest = entries[...]
        if let last = exchange.query["last"] {
            rest = rest.drop { !last.utf8.lexicographicallyPrecedes($0.utf8) }
        }
        if asked == 0 { return ([], [:]) }
        let count = min(asked ?? Self.pageLimit, Self.pageLimit)
        let page = rest.prefix(count)
        guard page.count < rest.count, let end = page.last else { return (page, [:]) }
        return (page, [.link: "<\(path)?n=\(count)&last=\(PercentEncoding.encode(end))>; rel=\"next\""])
    }
}
