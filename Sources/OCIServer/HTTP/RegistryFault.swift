package import HTTPTypes
import ZooJSON

/// A request that cannot be granted, as the client is told (OCI distribution specification 1.1, "Error Codes").
package struct RegistryFault: Error {
    /// The error codes of the specification, and Docker's for what that leaves open.
    package enum Code: String, Sendable {
        case blobUnknown = "BLOB_UNKNOWN"
        case blobUploadInvalid = "BLOB_UPLOAD_INVALID"
        case blobUploadUnknown = "BLOB_UPLOAD_UNKNOWN"
        case digestInvalid = "DIGEST_INVALID"
        case manifestBlobUnknown = "MANIFEST_BLOB_UNKNOWN"
        case manifestInvalid = "MANIFEST_INVALID"
        case manifestUnknown = "MANIFEST_UNKNOWN"
        case nameInvalid = "NAME_INVALID"
        case nameUnknown = "NAME_UNKNOWN"
        case sizeInvalid = "SIZE_INVALID"
        case unauthorized = "UNAUTHORIZED"
        case denied = "DENIED"
        case unsupported = "UNSUPPORTED"
        case tooManyRequests = "TOOMANYREQUESTS"
        case tagInvalid = "TAG_INVALID"
        case rangeInvalid = "RANGE_INVALID"
        case paginationInvalid = "PAGINATION_NUMBER_INVALID"
        case notFound = "NOT_FOUND"
        case timeout = "TIMEOUT"
        case unknown = "UNKNOWN"
    }

    let status: HTTPResponse.Status
    let code: Code
    let message: String
    var headers = HTTPFields()
    /// What only the operator should know, for the log.
    var reason: String?

    /// A fault with its status.
    package init(_ status: HTTPResponse.Status, _ code: Code, _ message: String, headers: HTTPFields = [:]) {
        self.status = status
        self.code = code
        self.message = message
        self.headers = headers
    }

    /// The answer's body: `{"errors":[{"code":…,"message":…}]}`.
    var body: [UInt8] {
        JSONWriter.canonical(
            .object([
                "errors": .array([.object(["code": .string(code.rawValue), "message": .string(message)])])
            ])
        )
    }
}
