import Hummingbird
import HummingbirdCore
import Logging
import NIOCore

/// Sets up connections for large bodies: big reads, no delay of small packets.
struct ConnectionChannel<Base: ServerChildChannel>: ServerChildChannel {
    /// Bytes read from a socket at once.
    private static var readSize: Int { 256 << 10 }

    let base: Base

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Base.Value> {
        channel.eventLoop.makeCompletedFuture {
            let options = channel.syncOptions
            try options?.setOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: Self.readSize))
            try options?.setOption(.tcpOption(.tcp_nodelay), value: 1)
        }.flatMap {
            base.setup(channel: channel, logger: logger)
        }
    }

    func handle(value: Base.Value, logger: Logger) async {
        await base.handle(value: value, logger: logger)
    }
}

extension ServerChildChannel {
    /// This kind of channel with connections set up for large bodies.
    func forLargeBodies() -> any ServerChildChannel { ConnectionChannel(base: self) }
}
