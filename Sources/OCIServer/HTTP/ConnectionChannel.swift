import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1

/// Sets up connections: big reads for large bodies, no delay of small packets, old and odd clients.
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
        }.flatMapThrowing { value in
            let pipeline = channel.pipeline.syncOperations
            let decoder = try pipeline.handler(type: ByteToMessageHandler<HTTPRequestDecoder>.self)
            try pipeline.addHandlers(HostHandler(), OldVersionHandler(), position: .after(decoder))
            return value
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
