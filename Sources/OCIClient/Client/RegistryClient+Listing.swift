import NIOHTTP1
import OCI
import ZooJSON

extension RegistryClient {
    private static let pageSize = 1000
    private static let pageLimit = 64 << 20
    /// Pages of a listing at most: a server that never ends is not followed for ever.
    static let pageCountLimit = 2_000

    /// The tags of a repository in the registry's order; nil if there is no such repository.
    package func tags(_ repository: String) async throws -> [String]? {
        try await list("\(repository)/tags/list", member: "tags", scope: .repository(repository, "pull"))
    }

    /// The repositories; nil if the registry does not list them.
    package func repositories() async throws -> [String]? {
        try await list("_catalog", member: "repositories", scope: .catalog)
    }

    /// All pages of a listing, following `Link` within the registry.
    ///
    /// - Throws: ``ClientError``, `.invalid` rather than a part where the rest is at another host or without end.
    private func list(_ path: String, member: String, scope: Scope) async throws -> [String]? {
        var names: [String] = []
        var address = host.address("\(path)?n=\(Self.pageSize)")
        var seen: Set<HTTPAddress> = []
        while seen.insert(address).inserted {
            guard seen.count <= Self.pageCountLimit else {
                throw ClientError(.invalid, "\(host.name): the listing does not end after \(Self.pageCountLimit) pages")
            }
            let answer = try await send(Request(.GET, address), scopes: [scope])
            switch answer.status {
            case 200: break
            case 404, 405:
                await answer.drain()
                return names.isEmpty ? nil : names
            default: throw await failure(answer)
            }
            try await refusePage(answer)
            let bytes = try await answer.collect(limit: Self.pageLimit)
            do {
                names += try Self.names(bytes, member: member)
            } catch {
                throw ClientError(.invalid, "\(answer.request.display) is no listing", cause: error)
            }
            guard let next = Self.next(answer.headers("link")).flatMap({ address.resolving($0) }) else { break }
            guard next.origin == host.base.origin else {
                throw ClientError(
                    .invalid,
                    "\(answer.request.display): the listing goes on at \(next.origin.host):\(next.origin.port); refused"
                )
            }
            address = next
        }
        return names
    }

    /// The texts of an array member; null counts as empty, as Go programs write it.
    static func names(_ bytes: [UInt8], member: String) throws -> [String] {
        var names: [String] = []
        try bytes.withUnsafeBytes { bytes in
            try JSONReader.parse(bytes) { reader in
                try reader.object { reader, key in
                    if key.string == member, try reader.peek() == .array {
                        try reader.array { names.append(try $0.string()) }
                    } else {
                        try reader.skip()
                    }
                }
            }
        }
        return names
    }

    /// The address of `rel="next"` in Link headers (RFC 8288).
    static func next(_ values: [String]) -> String? {
        for value in values {
            for part in value.split(separator: "<").dropFirst(value.hasPrefix("<") ? 0 : 1) {
                guard let end = part.firstIndex(of: ">") else { continue }
                let parameters = part[part.index(after: end)...].lowercased().filter { $0 != " " && $0 != "\"" }
                if parameters.split(whereSeparator: { $0 == ";" || $0 == "," }).contains("rel=next") {
                    return String(part[..<end])
                }
            }
        }
        return nil
    }
}
