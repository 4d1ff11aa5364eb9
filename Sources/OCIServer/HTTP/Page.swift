package import HTTPTypes

/// An answer outside of the registry's own paths, such as a web page.
package struct Page: Sendable {
    package let status: HTTPResponse.Status
    package let headers: HTTPFields
    package let bytes: [UInt8]

    /// A page of that media type.
    package init(
        _ status: HTTPResponse.Status = .ok,
        type: String,
        headers: HTTPFields = [:],
        bytes: [UInt8]
    ) {
        self.status = status
        var headers = headers
        headers[.contentType] = type
        self.headers = headers
        self.bytes = bytes
    }

    var answer: Answer { Answer(status, headers: headers, content: .bytes(bytes)) }
}
