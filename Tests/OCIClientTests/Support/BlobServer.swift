import OCI

/// What a registry that has one blob answers to requests for it, with `Range` as the specification has it.
struct BlobServer: Sendable {
    let content: [UInt8]
    var digest: Digest { .of(content) }

    /// The part that a request asks for, and where it begins.
    func part(_ request: ScriptedServer.Request) -> (start: Int, bytes: ArraySlice<UInt8>)? {
        guard let range = request.headers["range"] else { return (0, content[...]) }
        let parts = range.dropFirst("bytes=".count).split(separator: "-").compactMap { Int($0) }
        guard let first = parts.first, first < content.count else { return nil }
        let last = min(parts.count > 1 ? parts[1] : content.count - 1, content.count - 1)
        return (first, content[first...last])
    }

    /// The headers of an honest answer.
    func headers(_ request: ScriptedServer.Request) -> (status: Int, headers: [String: String], bytes: [UInt8]) {
        guard let (start, bytes) = part(request) else { return (416, [:], []) }
        guard request.headers["range"] != nil else { return (200, ["Content-Length": "\(bytes.count)"], Array(bytes)) }
        let range = "bytes \(start)-\(start + bytes.count - 1)/\(content.count)"
        return (206, ["Content-Length": "\(bytes.count)", "Content-Range": range], Array(bytes))
    }

    /// An honest answer.
    func answer(_ request: ScriptedServer.Request) -> [ScriptedServer.Step] {
        let (status, headers, bytes) = headers(request)
        return .answer(status, headers, bytes)
    }
}
