/// Why a registry could not be reached, or did not do what was asked: one line for people, without secrets.
package struct ClientError: Error, CustomStringConvertible, Sendable {
    /// What kind of failure it was.
    package enum Code: Sendable {
        /// A host name, address or option that makes no sense.
        case usage
        /// Plain HTTP, or a redirect to it, where that is not allowed.
        case insecure
        /// No credentials, or the registry refuses them.
        case unauthorized
        /// The credentials do not allow this.
        case denied
        /// No such repository, tag or content.
        case notFound
        /// Content that is not what its digest or size says.
        case damaged
        /// An answer that breaks the Distribution specification.
        case invalid
        /// The registry refuses the request as wrong.
        case refused
        /// The request's body is too large for the registry or a proxy before it.
        case tooLarge
        /// The registry's disk is full.
        case full
        /// No connection, or it broke.
        case unreachable
        /// Nothing, or next to nothing, came for too long.
        case timedOut
        /// The registry fails or asks to come back later.
        case unavailable
        /// A credential file or helper failed.
        case credentials
    }

    /// What kind of failure it was.
    package let code: Code
    /// What is wrong, where, and what to do.
    package let message: String
    /// What led to it.
    package let cause: (any Error)?

    package init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }

    /// The process exit status that fits (`sysexits.h`).
    package var exitCode: Int32 {
        switch code {
        case .usage, .insecure: 64
        case .damaged, .invalid, .refused, .tooLarge: 65
        case .notFound: 66
        case .unauthorized, .denied, .full, .unreachable, .timedOut, .unavailable, .credentials: 74
        }
    }

    /// Whether the same request may succeed in a moment.
    var isTransient: Bool {
        switch code {
        case .unreachable, .timedOut, .unavailable: true
        default: false
        }
    }

    /// ``message`` and what led to it.
    package var description: String { cause.map { "\(message): \($0)" } ?? message }
}
