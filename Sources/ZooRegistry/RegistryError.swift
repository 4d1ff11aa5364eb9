/// Why a model could not be packed, found, checked or moved: one line for people.
public struct RegistryError: Error, CustomStringConvertible, Sendable {
    /// The kinds of failure.
    public enum Code: String, Sendable {
        /// A reference, flag or name that makes no sense.
        case usage
        /// A model directory, document, manifest or archive that breaks its format.
        case invalid
        /// Bytes that are not what their digest or size says.
        case damaged
        /// No such model, tag or blob.
        case notFound
        /// A tag that exists with other content, or a model that others are built on.
        case conflict
        /// The pinned base is not in any reachable store, or is another model than the pinned one.
        case base
        /// A signature that does not hold or is missing, or a model that the store's policy does not accept.
        case untrusted
        /// Reading or writing failed.
        case inputOutput

        /// The process exit status that fits (`sysexits.h`).
        public var exitCode: Int32 {
            switch self {
            case .usage: 64
            case .invalid, .damaged, .conflict, .base, .untrusted: 65
            case .notFound: 66
            case .inputOutput: 74
            }
        }
    }

    /// The kind of failure.
    public let code: Code
    /// What is wrong, where, and what to do.
    public let message: String
    /// The lower module's error, where there is one.
    public let cause: (any Error)?

    /// Makes an error.
    public init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }

    /// The process exit status that fits.
    public var exitCode: Int32 { code.exitCode }

    /// ``message``, then the cause's.
    public var description: String {
        cause.map { "\(message): \($0)" } ?? message
    }
}
