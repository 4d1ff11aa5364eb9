import NIOCore
import NIOHTTP1

/// Treats clients that speak HTTP/1.0 as that version says: their connection ends with the answer, unless they ask to
/// keep it and are told that it is kept (RFC 9112, C.2.2).
///
/// What comes after this handler knows nothing of versions.
final class OldVersionHandler: ChannelDuplexHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    private var keepsAlive = false

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard case .head(var head) = Self.unwrapInboundIn(data), head.version == .http1_0 else {
            context.fireChannelRead(data)
            return
        }
        keepsAlive = head.isKeepAlive
        if !keepsAlive { head.headers.replaceOrAdd(name: "Connection", value: "close") }
        context.fireChannelRead(Self.wrapInboundOut(.head(head)))
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard keepsAlive, case .head(var head) = Self.unwrapOutboundIn(data), !head.headers.contains(name: "Connection")
        else {
            context.write(data, promise: promise)
            return
        }
        keepsAlive = false
        head.headers.add(name: "Connection", value: "keep-alive")
        context.write(Self.wrapOutboundOut(.head(head)), promise: promise)
    }
}

@available(*, unavailable)
extension OldVersionHandler: Sendable {}
