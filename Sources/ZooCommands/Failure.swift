import ArgumentParser
import Glibc

/// Any error that ends a command, turned into the one line and the exit status the user sees.
package struct Failure {
    /// The line after `zoo: error: `, or the text of a clean exit (help, version).
    package let message: String
    package let exitCode: Int32

    package init(_ error: any Error) {
        if let error = error as? any ExitCodeProviding {
            message = TerminalText.oneLine(error.description)
            exitCode = error.exitCode
        } else if error is ExitCode || Zoo.exitCode(for: error) == .success {
            message = Zoo.fullMessage(for: error)
            exitCode = Zoo.exitCode(for: error).rawValue
        } else if Zoo.exitCode(for: error) == .validationFailure {
            message = Self.usageMessage(for: error)
            exitCode = ExitStatus.usage
        } else if error is DecodingError {
            message = TerminalText.oneLine("unreadable document: \(error)")
            exitCode = ExitStatus.badData
        } else {
            message = TerminalText.oneLine("internal fault, please report it: \(error)")
            exitCode = ExitStatus.internalFault
        }
    }

    /// Prints and ends the process.
    package func report() -> Never {
        if exitCode == ExitStatus.success {
            do {
                try Output.line(message)
                try Output.flush()
            } catch {
                Failure(error).report()
            }
        } else {
            // What was printed so far belongs before the error; that it could not be written is no news now.
            try? Output.flush()
            if !message.isEmpty {
                StandardError.line("zoo: error: \(message)")
            }
        }
        exit(exitCode)
    }

    /// A usage error in one line, with the help to turn to: ArgumentParser prints a paragraph.
    private static func usageMessage(for error: any Error) -> String {
        var message = TerminalText.oneLine(Zoo.message(for: error))
        if message.hasSuffix(".") {
            message.removeLast()
        }
        let hint = Zoo.fullMessage(for: error).split(separator: "\n").last {
            $0.drop(while: { $0 == " " }).hasPrefix("See '")
        }
        guard let hint, let start = hint.firstIndex(of: "'"), let end = hint.lastIndex(of: "'"), start < end else {
            return message
        }
        return "\(message) (see \(hint[start...end]))"
    }
}
