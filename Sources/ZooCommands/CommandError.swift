/// A failure that a command itself finds: what is wrong in one line, and what to do.
package struct CommandError: ExitCodeProviding {
    /// Why a command gives up.
    package enum Code: String, Sendable {
        case usage, badData, notFound, inputOutput, internalFault

        package var exitCode: Int32 {
            switch self {
            case .usage: ExitStatus.usage
            case .badData: ExitStatus.badData
            case .notFound: ExitStatus.notFound
            case .inputOutput: ExitStatus.inputOutput
            case .internalFault: ExitStatus.internalFault
            }
        }
    }

    package let code: Code
    package let message: String
    package let cause: (any Error)?

    package init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }

    package var exitCode: Int32 { code.exitCode }

    package var description: String {
        cause.map { "\(message): \($0)" } ?? message
    }
}
