/// How patient and how busy a client is.
package struct ClientOptions: Sendable {
    /// Longest wait for a connection.
    package var connectTimeout: Duration = .seconds(15)
    /// Longest silence of a server that has something to say, and longest wait for the head of an answer.
    package var idleTimeout: Duration = .seconds(60)
    /// Fewest bytes of an answer in each ``idleTimeout``: a server that drips is as good as silent.
    package var leastBytesPerIdleTimeout = 16 << 10
    /// How failed requests are repeated.
    package var retry = RetryPolicy()
    /// Connections to a host at once.
    package var connectionsPerHost = 8
    /// Uploads larger than this go in chunks; nil for one request each.
    package var chunkSize: Int?
    /// What connections go through.
    package var proxies = ProxySettings()

    package init() {}
}
