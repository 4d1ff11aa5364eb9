import NIOHTTP1

extension RegistryClient {
    private static let searchLimit = 16 << 20

    /// What a registry that is `zoo serve` answers to a search, beside the paths of the specification.
    ///
    /// - Parameters:
    ///   - parameters: of the query; see docs/server.md.
    /// - Returns: a JSON text, or nil from a registry that knows no such search.
    /// - Throws: ``ClientError``.
    package func search(_ parameters: [(name: String, value: String)]) async throws -> [UInt8]? {
        guard var address = HTTPAddress(host.base.text + "/search") else { return nil }
        for (name, value) in parameters { address = address.appending(query: name, value) }
        let answer = try await send(Request(.GET, address), scopes: [])
        guard answer.status == 200, answer.header("content-type") == "application/json" else {
            await answer.drain()
            return nil
        }
        return try await answer.collect(limit: Self.searchLimit)
    }
}
