/// What went wrong in a schema, a feature file or a model, in one line for people.
public struct ZooModelError: Error, CustomStringConvertible, Sendable {
    /// The kind of failure, which decides the process's exit code.
    public enum Code: String, Sendable, CaseIterable {
        /// The caller asked for something contradictory or unsupported.
        case usage
        /// A file's content is not what it has to be.
        case badData
        /// A file, feature, task or module does not exist.
        case notFound
        /// A broken promise of ours.
        case `internal`
        /// The operating system refused to read or write.
        case io

        /// The exit code after `sysexits.h`: 64, 65, 66, 70 or 74.
        public var exitCode: Int32 {
            switch self {
            case .usage: 64
            case .badData: 65
            case .notFound: 66
            case .internal: 70
            case .io: 74
            }
        }
    }

    /// The kind of failure.
    public var code: Code
    /// What is wrong, where, and what to do, without a trailing newline.
    public var message: String
    /// The error beneath, where there is one.
    public var cause: (any Error)?

    /// An error of a kind, with its one line.
    public init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
        self.code = code
        self.message = Self.oneLine(message)
        self.cause = cause
    }

    /// Control characters, which may come from the file at fault, are spelt out: an error is one line.
    private static func oneLine(_ message: String) -> String {
        guard message.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else {
            return message
        }
        var result = ""
        for scalar in message.unicodeScalars {
            if scalar.properties.generalCategory == .control {
                result += scalar.escaped(asASCII: true)
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// The exit code of a process that ends on this error.
    public var exitCode: Int32 { code.exitCode }

    /// The one line.
    public var description: String { message }
}
