import NIOHTTP1

/// One request as it goes over the wire.
struct HTTPExchange: Sendable {
    /// What is sent after the head.
    enum Body: Sendable {
        case none
        case bytes([UInt8])
        case file(FileRange)
    }

    var method: HTTPMethod
    var address: HTTPAddress
    var headers = HTTPHeaders()
    var body = Body.none
    var authorityFile: String?

    /// "GET https://host/path", for messages.
    var display: String { "\(method.rawValue) \(address.display)" }
}
