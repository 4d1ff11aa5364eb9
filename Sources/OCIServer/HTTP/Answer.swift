import HTTPTypes
import NIOCore
import OCI

/// What a handler answers.
struct Answer {
    /// The body.
    enum Content {
        /// None; for HEAD, the size that GET would send stands in the headers.
        case none
        /// These bytes.
        case bytes([UInt8])
        /// A part of a file.
        case file(BlobFile, Range<Int>)
    }

    let status: HTTPResponse.Status
    var headers: HTTPFields
    let content: Content

    /// An answer.
    init(_ status: HTTPResponse.Status, headers: HTTPFields = [:], content: Content = .none) {
        self.status = status
        self.headers = headers
        self.content = content
    }

    /// An answer in JSON.
    static func json(_ bytes: [UInt8], headers: HTTPFields = [:], type: String = "application/json") -> Answer {
        var headers = headers
        headers[.contentType] = type
        return Answer(.ok, headers: headers, content: .bytes(bytes))
    }
}
