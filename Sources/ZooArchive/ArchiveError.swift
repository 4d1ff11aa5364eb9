/// An archive or compressed file that is damaged, hostile, or cannot be read or written.
public struct ArchiveError: Error, CustomStringConvertible, Sendable {
    /// What kind of failure it was.
    public enum Code: Sendable {
        /// The file ends before its content does.
        case truncated
        /// The content breaks its format.
        case corrupt
        /// The content is well formed but not to be trusted: links, `..`, too many or too large entries.
        case refused
        /// The archive lacks a file that it must have.
        case missing
        /// Reading or writing failed.
        case io
        /// The archive library failed or was asked for the impossible.
        case internalFailure
    }

    /// The kind of failure.
    public let code: Code
    /// One line for people: the file, the entry, what is wrong.
    public let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The process exit status that fits.
    public var exitCode: Int32 {
        switch code {
        case .truncated, .corrupt, .refused: 65
        case .missing: 66
        case .io: 74
        case .internalFailure: 70
        }
    }

    /// ``message``.
    public var description: String { message }
}
