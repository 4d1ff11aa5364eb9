package import Hummingbird
package import NIOCore

/// What comes with a request.
package struct RegistryContext: RequestContext {
    package var coreContext: CoreRequestContextStorage
    /// The connection.
    package let channel: any Channel

    package init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        channel = source.channel
    }

    /// The peer's address without its port.
    var peer: String { channel.remoteAddress?.ipAddress ?? "unknown" }
}
