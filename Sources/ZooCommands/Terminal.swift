import Glibc

/// What the process's terminal can do.
package enum Terminal {
    /// Whether standard output is a terminal.
    package static let isOutputTerminal = isatty(STDOUT_FILENO) == 1

    /// Whether standard error is a terminal (progress bars go there).
    package static let isErrorTerminal = isatty(STDERR_FILENO) == 1

    /// Whether to colour standard output: a terminal, no `NO_COLOR`, not `TERM=dumb`.
    package static let usesColor =
        isOutputTerminal && (environment("NO_COLOR") ?? "").isEmpty && environment("TERM") != "dumb"

    /// Whether lines on standard error can be written over: a terminal, not `TERM=dumb`.
    package static let rewritesErrorLines = isErrorTerminal && environment("TERM") != "dumb"

    /// Columns of the terminal on standard output; nil where output goes to a file or a pipe, which has no width.
    package static var width: Int? {
        if let columns = environment("COLUMNS").flatMap({ Int($0) }), columns > 0 {
            return isOutputTerminal ? columns : nil
        }
        var size = winsize()
        guard isOutputTerminal, ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else {
            return nil
        }
        return Int(size.ws_col)
    }

    /// Columns of the terminal on standard error, 80 where it does not say.
    package static var errorWidth: Int {
        var size = winsize()
        return ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 ? Int(size.ws_col) : 80
    }

    /// Lines of the terminal on standard error, 24 where it does not say.
    package static var errorHeight: Int {
        var size = winsize()
        return ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_row > 1 ? Int(size.ws_row) : 24
    }

    /// `text` in bold where colours are wanted.
    package static func bold(_ text: String) -> String {
        usesColor ? "\u{1B}[1m\(text)\u{1B}[0m" : text
    }

    /// `text` in a dim shade where colours are wanted.
    package static func dim(_ text: String) -> String {
        usesColor ? "\u{1B}[2m\(text)\u{1B}[0m" : text
    }

    /// The value of an environment variable, nil when unset.
    package static func environment(_ name: String) -> String? {
        getenv(name).map { String(cString: $0) }
    }
}
