#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A proxy that connections go through: `http://[USER:PASSWORD@]HOST[:PORT]` or `socks5://HOST[:PORT]`.
package struct ProxyServer: Hashable, Sendable {
    /// How it is asked for a connection.
    enum Kind: Hashable, Sendable {
        /// By `CONNECT` (RFC 9110, section 9.3.6), whatever the scheme behind it.
        case http
        /// By SOCKS 5 (RFC 1928).
        case socks
    }

    /// The port of an address without one, as curl has it.
    private static let defaultPort = 1080

    let kind: Kind
    let host: String
    let port: Int
    /// Sent to the proxy alone.
    package let user: String?
    package let password: String?

    /// Reads an address; one without a scheme is an HTTP proxy's.
    ///
    /// - Parameter source: where the text stands, for messages; they leave the text out, which may hold a password.
    /// - Throws: ``ClientError`` `.usage`.
    package init(_ text: String, from source: String) throws {
        let address = text.contains("://") ? text : "http://\(text)"
        guard let url = URL(string: address), let host = url.host(percentEncoded: false), !host.isEmpty,
            let scheme = url.scheme?.lowercased(), (1...65_535).contains(url.port ?? Self.defaultPort)
        else { throw ClientError(.usage, "\(source) names no proxy: http://HOST:PORT or socks5://HOST:PORT") }
        self.host = host.lowercased()
        port = url.port ?? Self.defaultPort
        user = url.user(percentEncoded: false)
        password = url.password(percentEncoded: false)
        switch scheme {
        case "http": kind = .http
        case "socks5", "socks5h":
            guard user == nil else {
                throw ClientError(.usage, "\(source) has a user name, which zoo sends to HTTP proxies only")
            }
            kind = .socks
        default:
            throw ClientError(.usage, "\(source) names a proxy of kind \(scheme.prefix(20)); zoo knows http and socks5")
        }
    }

    /// Host and port, for messages.
    package var display: String { "\(host):\(port)" }
}
