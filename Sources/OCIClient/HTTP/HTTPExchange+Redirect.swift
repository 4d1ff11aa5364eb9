import NIOHTTP1

extension HTTPExchange {
    /// The request again at the place that a redirect names; `Range` stays, `Authorization` stays at its origin.
    ///
    /// - Throws: ``ClientError``: `.invalid` for no address, `.insecure` for one that leaves TLS.
    func redirected(to location: String?) throws -> HTTPExchange {
        guard let location, let target = address.resolving(location) else {
            throw ClientError(.invalid, "\(display) is redirected to nowhere")
        }
        guard target.origin.scheme == "https" || address.origin.scheme == "http" else {
            throw ClientError(
                .insecure,
                "\(display) is redirected from https to http (\(target.origin.host)); refused"
            )
        }
        var next = self
        next.address = target
        if target.origin != address.origin {
            for name in ["authorization", "cookie", "proxy-authorization"] { next.headers.remove(name: name) }
            // Certificates that are trusted for the registry say nothing of another host.
            if target.origin.host != address.origin.host { next.authorityFile = nil }
        }
        return next
    }
}
