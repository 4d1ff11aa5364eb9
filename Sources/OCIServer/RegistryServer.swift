import Glibc
import HTTPTypes
import Hummingbird
package import HummingbirdCore
import HummingbirdTLS
import Logging
import NIOCore
import NIOPosix
import NIOSSL
package import OCI
import ZooJSON

/// Serves an OCI image layout by the Distribution specification v1.1.
package struct RegistryServer: Sendable {
    /// What answers requests outside of `/v2/`; nil for what it does not know either.
    ///
    /// It is called after authentication, and must show nothing of repositories that the caller may not read.
    package typealias Pages = @Sendable (Request, RegistryContext, Caller) async throws -> Page?

    private let configuration: RegistryConfiguration
    private let registry: Registry
    private let authenticator: Authenticator
    private let pages: Pages?
    private let tls: TLSConfiguration?
    private let log: LogWriter
    /// Whether anybody can change everything without logging in.
    package let isOpen: Bool

    /// Reads the files that the configuration names.
    ///
    /// - Parameter index: of the store that is served.
    /// - Throws: ``ConfigurationFault``; `FileError`.
    package init(
        _ index: IndexReader,
        configuration: RegistryConfiguration,
        log: LogWriter,
        pages: Pages? = nil
    ) throws {
        let settings = try AccessSettings(
            passwords: configuration.passwordFile,
            tokens: configuration.tokenFile,
            access: configuration.accessFile,
            anonymousRead: configuration.anonymousRead,
            report: { log.write(["level": .string("error"), "message": .string($0)]) }
        )
        self.configuration = configuration
        self.log = log
        self.pages = pages
        registry = Registry(index, settings: settings, configuration: configuration)
        authenticator = Authenticator(settings)
        isOpen = settings.isOpen && !configuration.isReadOnly
        tls = try configuration.tls.map { try Self.tls(certificate: $0.certificate, key: $0.key) }
    }

    /// Serves until SIGTERM or SIGINT, then lets the requests under way end.
    ///
    /// - Parameter ready: called with the port once connections are taken.
    /// - Throws: ``ListenFault``, and what looking up the address throws.
    package func run(ready: @escaping @Sendable (Int) -> Void) async throws {
        Self.raiseFileLimit()
        try await registry.onDisk { [registry] in try registry.expireUploads() }
        let responder = RegistryResponder(
            registry: registry,
            authenticator: authenticator,
            pages: pages,
            metrics: Metrics(),
            log: log,
            isEncrypted: tls != nil,
            patience: configuration.patience
        )
        let log = log
        var application = Application(
            responder: responder,
            server: try server(),
            configuration: ApplicationConfiguration(
                address: .hostname(configuration.host, port: configuration.port),
                availableConnectionsDelegate: MaximumAvailableConnections(configuration.connectionLimit)
            ),
            onServerRunning: { channel in ready(channel.localAddress?.port ?? 0) },
            logger: Logger(label: "zoo") { _ in LibraryLogHandler(writer: log) }
        )
        application.logger.logLevel = .warning
        let deadline = ShutdownDeadline(seconds: configuration.shutdownTime, log: log)
        let sweeper = Task { [registry, configuration, log] in
            while !Task.isCancelled {
                try await Task.sleep(for: .seconds(max(1, min(60, configuration.uploadLifetime / 2))))
                do {
                    try await registry.onDisk { try registry.expireUploads() }
                } catch {
                    log.write(["level": .string("error"), "message": .string("cannot expire uploads: \(error)")])
                }
            }
        }
        defer {
            sweeper.cancel()
            deadline.cancel()
        }
        do {
            try await application.runService()
        } catch let error as IOError {
            throw ListenFault(host: configuration.host, port: configuration.port, number: error.errnoCode)
        }
    }

    private func server() throws -> HTTPServerBuilder {
        let patience = configuration.patience
        let tls = tls
        return HTTPServerBuilder { responder in
            let http = HTTP1Channel(
                responder: responder,
                configuration: .init(
                    idleTimeout: .seconds(Int64(patience)),
                    httpDecoderConfiguration: .init(
                        maxHeaderFieldSize: 16 << 10,
                        maxHeaderListSize: 64 << 10,
                        maxHeaderFieldCount: 100
                    )
                )
            )
            guard let tls else { return http.forLargeBodies() }
            return try TLSChannel(http, tlsConfiguration: tls).forLargeBodies()
        }
    }

    /// Every connection may need two descriptors; the system's default soft limit is low.
    private static func raiseFileLimit() {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }

    private static func tls(certificate: String, key: String) throws -> TLSConfiguration {
        func read<Value>(_ path: String, _ body: () throws -> Value) throws -> Value {
            do {
                return try body()
            } catch {
                throw ConfigurationFault(path: path, message: "cannot be read as PEM: \(error)")
            }
        }
        let chain = try read(certificate) { try NIOSSLCertificate.fromPEMFile(certificate) }
        let privateKey = try read(key) { try NIOSSLPrivateKey(file: key, format: .pem) }
        var tls = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) },
            privateKey: .privateKey(privateKey)
        )
        tls.minimumTLSVersion = .tlsv12
        tls.applicationProtocols = ["http/1.1"]
        return tls
    }
}
