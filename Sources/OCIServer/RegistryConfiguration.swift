/// How a registry is to be served.
package struct RegistryConfiguration: Sendable {
    /// Name or address to listen on.
    package var host = "127.0.0.1"
    /// Port to listen on; 0 for any free one.
    package var port = 5000
    /// Users and their passwords' hashes.
    package var passwordFile: String?
    /// Bearer tokens.
    package var tokenFile: String?
    /// Rights and quotas.
    package var accessFile: String?
    /// Whether those who do not log in may read everything.
    package var anonymousRead = false
    /// Whether nothing may be changed.
    package var isReadOnly = false
    /// Whether an image is taken although the repository lacks some of its blobs.
    package var acceptsIncomplete = false
    /// Certificate chain and private key in PEM, for TLS.
    package var tls: (certificate: String, key: String)?
    /// Seconds without progress after which an upload is removed.
    package var uploadLifetime = 3600
    /// Uploads that may be open at once.
    package var uploadLimit = 1000
    /// Connections that may be open at once.
    package var connectionLimit = 1024
    /// Seconds without progress after which a connection is closed.
    package var patience = 60
    /// Seconds that requests may take to end when the server is told to stop.
    package var shutdownTime = 30

    /// The defaults.
    package init() {}
}
