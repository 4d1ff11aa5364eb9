#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// An absolute http or https address, without user name, password or fragment.
package struct HTTPAddress: Hashable, Sendable {
    /// What two addresses must share to be trusted with the same credentials.
    package struct Origin: Hashable, Sendable {
        package let scheme: String
        package let host: String
        package let port: Int
    }

    /// The address as it is requested; its query may hold secrets, so it never goes into a message.
    package let text: String
    /// Scheme, host and port.
    package let origin: Origin
    /// The path alone, for messages.
    package let path: String

    /// Checks an absolute address.
    package init?(_ text: String) {
        guard let url = URL(string: text) else { return nil }
        self.init(url)
    }

    private init?(_ url: URL) {
        guard let scheme = url.scheme?.lowercased(), scheme == "http" || scheme == "https",
            let host = url.host(percentEncoded: false)?.lowercased(), !host.isEmpty, url.user == nil,
            url.password == nil
        else { return nil }
        let port = url.port ?? (scheme == "https" ? 443 : 80)
        guard (1...65_535).contains(port) else { return nil }
        let absolute = url.absoluteString
        text = String(absolute.prefix { $0 != "#" })
        origin = Origin(scheme: scheme, host: host, port: port)
        path = url.path(percentEncoded: true)
    }

    /// What a `Location` or `Link` header on this page means: absolute, or relative to it.
    package func resolving(_ location: String) -> HTTPAddress? {
        guard let base = URL(string: text), let url = URL(string: location, relativeTo: base) else { return nil }
        return HTTPAddress(url.absoluteURL)
    }

    /// The address with one more member in its query; what is there stays as it is.
    package func appending(query name: String, _ value: String) -> HTTPAddress {
        let separator = !text.contains("?") ? "?" : text.hasSuffix("?") || text.hasSuffix("&") ? "" : "&"
        return HTTPAddress("\(text)\(separator)\(name)=\(Self.encode(value))") ?? self
    }

    /// Path and query of this address at the origin of another one.
    func moved(to other: HTTPAddress) -> HTTPAddress? {
        guard let slash = text.dropFirst(origin.scheme.count + 3).firstIndex(of: "/") else { return nil }
        return other.resolving(String(text[slash...]))
    }

    /// "https://host/path", without the query.
    package var display: String {
        let isDefault = origin.port == (origin.scheme == "https" ? 443 : 80)
        return "\(origin.scheme)://\(origin.host)\(isDefault ? "" : ":\(origin.port)")\(path)"
    }

    /// A text as a query may hold it (RFC 3986, unreserved characters).
    static func encode(_ text: String) -> String {
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E: bytes.append(byte)
            default:
                bytes += Array("%\(String(byte >> 4, radix: 16, uppercase: true))".utf8)
                bytes += Array(String(byte & 15, radix: 16, uppercase: true).utf8)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
