#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A registry: its name in references and where it answers.
package struct RegistryHost: Hashable, Sendable {
    /// Host and port as references and credential files name it.
    package let name: String
    /// What stands before `/v2/`.
    package let base: HTTPAddress
    /// A PEM file of certificates to trust instead of the system's.
    package let authorityFile: String?

    /// Describes a registry.
    ///
    /// - Parameters:
    ///   - name: `host` or `host:port`.
    ///   - endpoint: the address before `/v2/`, where it is not the name's own.
    ///   - allowsPlain: whether plain HTTP is spoken to a host that is not this machine.
    ///   - authorityFile: a PEM file of certificates to trust instead of the system's; implies TLS.
    /// - Throws: ``ClientError`` `.usage` for what is no host, `.insecure` for a plain endpoint that is not allowed.
    package init(
        _ name: String,
        endpoint: String? = nil,
        allowsPlain: Bool = false,
        authorityFile: String? = nil
    ) throws {
        self.name = name
        self.authorityFile = authorityFile
        let isPlain = authorityFile == nil && (allowsPlain || Self.isLoopback(name))
        let text = endpoint ?? Self.wellKnown[name] ?? "\(isPlain ? "http" : "https")://\(name)"
        guard let base = HTTPAddress(text.hasSuffix("/") ? String(text.dropLast()) : text), !base.text.contains("?")
        else {
            throw ClientError(.usage, "not a registry: \"\(name.prefix(300))\" (expected HOST or HOST:PORT)")
        }
        guard base.origin.scheme == "https" || allowsPlain || Self.isLoopback(base.origin.host) else {
            throw ClientError(
                .insecure,
                "\(name) would be spoken to without encryption; use https, or say --insecure"
            )
        }
        self.base = base
    }

    /// Docker Hub answers under another name than its references have.
    private static let wellKnown = ["docker.io": "https://registry-1.docker.io"]

    /// Whether a host, with or without port, is this machine.
    package static func isLoopback(_ name: String) -> Bool {
        // Only IPv6 addresses have several colons; with a port they are in brackets.
        let isAddress = name.count { $0 == ":" } > 1
        let host = String(isAddress ? name.drop { $0 == "[" }.prefix { $0 != "]" } : name.prefix { $0 != ":" })
        if host == "localhost" || host == "::1" { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
        return parts.count == 4 && parts[0] == 127 && parts.allSatisfy { $0 != nil }
    }

    /// The address of a part of the API.
    func address(_ path: String) -> HTTPAddress {
        // Paths are made of checked names and digests, so the address stays one.
        HTTPAddress(base.text + "/v2/" + path) ?? base
    }
}
