/// What a `zoo` process tells its caller by its exit status (the numbers are those of `sysexits.h`).
package enum ExitStatus {
    package static let success: Int32 = 0
    package static let usage: Int32 = 64
    package static let badData: Int32 = 65
    package static let notFound: Int32 = 66
    package static let internalFault: Int32 = 70
    package static let inputOutput: Int32 = 74
}

/// An error that knows its exit status; each module's error type conforms in `ExitCodeProviding+Modules.swift`.
///
/// `description` is one line for people: what is wrong, where, and what to do about it.
package protocol ExitCodeProviding: Error, CustomStringConvertible {
    var exitCode: Int32 { get }
}
