import HTTPTypes
import OCI

/// What a path under `/v2/` asks for (OCI distribution specification 1.1, "Endpoints").
enum Route {
    case ping
    case catalog
    case tags(RepositoryName)
    case referrers(RepositoryName, Digest)
    case manifest(RepositoryName, ManifestName)
    case blob(RepositoryName, Digest)
    case uploads(RepositoryName)
    case upload(RepositoryName, identifier: String)

    /// A manifest by tag or by digest.
    enum ManifestName {
        case tag(String)
        case digest(Digest)
    }

    private static let pathLimit = 1024

    /// Reads a path, still percent-encoded, without its query.
    ///
    /// Every part is checked to be well formed before anything else sees it.
    /// - Parameter isWriting: whether what the path names is to be made, so that a name that none can have is the
    ///   request's fault rather than of something that is not there.
    /// - Throws: ``RegistryFault``.
    init(path: Substring, isWriting: Bool = false) throws {
        guard path.utf8.count <= Self.pathLimit else {
            throw RegistryFault(.uriTooLong, .nameInvalid, "the path is longer than \(Self.pathLimit) characters")
        }
        guard let path = PercentEncoding.decode(path, plusIsSpace: false) else {
            throw RegistryFault(.badRequest, .nameInvalid, "the path is not percent-encoded UTF-8")
        }
        if path == "/v2" || path == "/v2/" {
            self = .ping
            return
        }
        guard path.hasPrefix("/v2/") else { throw Self.unknown }
        let parts = path.dropFirst(4).split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        func name(dropping count: Int) throws -> RepositoryName {
            let text = parts.dropLast(count).joined(separator: "/")
            do {
                return try RepositoryName(text)
            } catch let error as OCIError {
                throw RegistryFault(.badRequest, .nameInvalid, error.message)
            }
        }
        if parts == ["_catalog"] {
            self = .catalog
            return
        }
        let last = parts.count - 1
        guard last >= 2 else { throw Self.unknown }
        if last >= 3, parts[last - 2] == "blobs", parts[last - 1] == "uploads" {
            let name = try name(dropping: 3)
            self = parts[last].isEmpty ? .uploads(name) : .upload(name, identifier: parts[last])
        } else if parts[last - 1] == "blobs", parts[last] == "uploads" {
            self = .uploads(try name(dropping: 2))
        } else if parts[last - 1] == "tags", parts[last] == "list" {
            self = .tags(try name(dropping: 2))
        } else if parts[last - 1] == "blobs" {
            self = .blob(try name(dropping: 2), try Self.digest(parts[last]))
        } else if parts[last - 1] == "referrers" {
            self = .referrers(try name(dropping: 2), try Self.digest(parts[last]))
        } else if parts[last - 1] == "manifests" {
            let name = try name(dropping: 2)
            if parts[last].contains(":") {
                self = .manifest(name, .digest(try Self.digest(parts[last])))
            } else {
                guard RepositoryName.isTag(parts[last]) else {
                    let what = "not a tag: \"\(parts[last].prefix(160))\""
                    throw isWriting
                        ? RegistryFault(.badRequest, .tagInvalid, what)
                        : RegistryFault(.notFound, .manifestUnknown, what)
                }
                self = .manifest(name, .tag(parts[last]))
            }
        } else {
            throw Self.unknown
        }
    }

    /// The repository that it is about.
    var repository: RepositoryName? {
        switch self {
        case .ping, .catalog: nil
        case .tags(let name), .referrers(let name, _), .manifest(let name, _), .blob(let name, _), .uploads(let name),
            .upload(let name, _):
            name
        }
    }

    /// A word for metrics.
    var label: String {
        switch self {
        case .ping: "ping"
        case .catalog: "catalog"
        case .tags: "tags"
        case .referrers: "referrers"
        case .manifest: "manifest"
        case .blob: "blob"
        case .uploads, .upload: "upload"
        }
    }

    /// Checks a digest.
    static func digest(_ text: String) throws -> Digest {
        do {
            return try Digest(text)
        } catch let error as OCIError {
            throw RegistryFault(.badRequest, .digestInvalid, error.message)
        }
    }

    private static var unknown: RegistryFault { RegistryFault(.notFound, .notFound, "there is nothing at this path") }
}
