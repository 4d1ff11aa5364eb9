/// Why reading data, training or predicting stopped.
public struct ZooTrainingError: Error, CustomStringConvertible {
    /// What kind of thing went wrong; ``exitCode`` is derived from it.
    public enum Code: String, Sendable {
        /// The request itself makes no sense: an unknown option, a value out of range.
        case usage
        /// The data does not look as the schema says.
        case badData
        /// A file, column or model that was named does not exist.
        case notFound
        /// Reading or writing failed.
        case io
        /// The caller asked to stop, as Ctrl-C does.
        case interrupted
        /// A defect of the program.
        case `internal`
    }

    /// What kind of thing went wrong.
    public let code: Code
    /// One line for people: what is wrong, where, and what to do.
    public let message: String
    /// The error underneath, if another layer reported it.
    public let cause: (any Error)?

    /// Creates an error.
    public init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }

    /// The message.
    public var description: String { message }

    /// The exit status of a command that ends with this error.
    package var exitCode: Int32 {
        switch code {
        case .usage: 64
        case .badData: 65
        case .notFound: 66
        case .internal: 70
        case .io: 74
        case .interrupted: 130
        }
    }
}
