import NIOCore
import NIOHTTP1

/// Refuses requests of HTTP/1.1 that name no host, or several, with 400 (RFC 9112, section 3.2).
///
/// Proxies that take another of two names than the server does can be led astray.
final class HostHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart

    private var isRefused = false

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if isRefused { return }
        if case .head(let head) = Self.unwrapInboundIn(data) {
            let count = head.headers["host"].count
            guard count == 1 || count == 0 && head.version == .http1_0 else {
                isRefused = true
                context.fireErrorCaught(HTTPParserError.invalidHeaderToken)
                return
            }
        }
        context.fireChannelRead(data)
    }
}

@available(*, unavailable)
extension HostHandler: Sendable {}
