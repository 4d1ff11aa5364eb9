/// An OCI document or store that is not what it should be.
public struct OCIError: Error, CustomStringConvertible, Sendable {
    /// What kind of failure it was.
    public enum Code: Sendable {
        /// A text that is no digest, reference, manifest or index.
        case invalid
        /// Nothing in the store has that name or digest.
        case notFound
        /// Content does not match its digest or size.
        case damaged
        /// A document is larger than the caller allows.
        case tooLarge
        /// A document refers to content that the store lacks.
        case incomplete
        /// The store kept changing while it was to be changed.
        case contended
    }

    /// The kind of failure.
    public let code: Code
    /// One line for people: the reference or digest, what is wrong, what to do.
    public let message: String
    /// What led to it.
    public let cause: (any Error)?

    package init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }

    /// The process exit status that fits.
    public var exitCode: Int32 {
        switch code {
        case .invalid, .damaged, .tooLarge, .incomplete: 65
        case .notFound: 66
        case .contended: 74
        }
    }

    /// ``message`` and what led to it.
    public var description: String { cause.map { "\(message): \($0)" } ?? message }
}
