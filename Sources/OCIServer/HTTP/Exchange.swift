import HTTPTypes
import Hummingbird
import HummingbirdCore
import OCI

/// A request on its way through the server.
struct Exchange {
    let request: Request
    let context: RegistryContext
    let query: Query
    let caller: Caller

    var method: HTTPRequest.Method { request.method }

    /// A header's value.
    func header(_ name: HTTPField.Name) -> String? { request.headers[name] }

    /// Whether the client has what an entity tag stands for.
    func isKnown(_ tag: String) -> Bool { EntityTag.isKnown(tag, by: request.headers) }

    /// Bytes that the body has by its `Content-Length`; nil if that is not known before its end.
    var bodySize: Int? { header(.contentLength).flatMap { Int($0) } }

    /// A `Location`: by default a path from the root of this host.
    ///
    /// A proxy may show the server under another path. Where it says so (`X-Original-URI`, `X-Forwarded-Prefix`), the
    /// location is a path from the proxy's root. Where it only shows that it is there, the location is relative to the
    /// request, which is right under any prefix.
    func location(_ repository: RepositoryName, _ rest: String, mayBeRelative: Bool = true) -> String {
        let head = "/v2/\(repository)"
        let own = request.head.path?.prefix { $0 != "?" } ?? ""
        guard own.hasPrefix(head) else { return "\(head)/\(rest)" }
        let tail = own.dropFirst(head.utf8.count)
        if let original = Self.path(header(.originalURI)), original.hasSuffix(tail) {
            return original.dropLast(tail.count) + "/\(rest)"
        }
        if let prefix = Self.path(header(.forwardedPrefix)) {
            return (prefix.hasSuffix("/") ? String(prefix.dropLast()) : prefix) + "\(head)/\(rest)"
        }
        guard mayBeRelative, Self.proxyHeaders.contains(where: { request.headers.contains($0) }) else {
            return "\(head)/\(rest)"
        }
        let depth = tail.split(separator: "/", omittingEmptySubsequences: false).count - 2
        return depth == 0 ? "./\(rest)" : String(repeating: "../", count: depth) + rest
    }

    private static let proxyHeaders: [HTTPField.Name] = [
        .forwarded, .forwardedFor, .forwardedHost, .forwardedProto, .realIP, .via,
    ]

    /// A header that holds a path of this host, without its query.
    private static func path(_ header: String?) -> String? {
        guard let header, header.utf8.count <= 2048 else { return nil }
        let path = header.prefix { $0 != "?" && $0 != "#" }
        guard path.hasPrefix("/"), !path.hasPrefix("//"), path.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) else {
            return nil
        }
        return String(path)
    }
}

extension HTTPField.Name {
    static let dockerDigest = HTTPField.Name("Docker-Content-Digest")!
    static let dockerVersion = HTTPField.Name("Docker-Distribution-API-Version")!
    static let dockerUpload = HTTPField.Name("Docker-Upload-UUID")!
    static let ociSubject = HTTPField.Name("OCI-Subject")!
    static let ociTag = HTTPField.Name("OCI-Tag")!
    static let ociFilters = HTTPField.Name("OCI-Filters-Applied")!
    static let link = HTTPField.Name("Link")!
    static let originalURI = HTTPField.Name("X-Original-URI")!
    static let forwardedPrefix = HTTPField.Name("X-Forwarded-Prefix")!
    static let forwardedFor = HTTPField.Name("X-Forwarded-For")!
    static let forwardedHost = HTTPField.Name("X-Forwarded-Host")!
    static let forwardedProto = HTTPField.Name("X-Forwarded-Proto")!
    static let realIP = HTTPField.Name("X-Real-IP")!
    static let forwarded = HTTPField.Name("Forwarded")!
    static let via = HTTPField.Name("Via")!
}
