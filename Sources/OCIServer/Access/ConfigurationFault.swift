/// A configuration file of the server that is not what it should be.
package struct ConfigurationFault: Error, CustomStringConvertible, Sendable {
    /// The file.
    let path: String
    /// What is wrong, where, and what to do.
    let message: String

    package var description: String { "\(path): \(message)" }

    /// The process exit status that fits: bad data.
    package var exitCode: Int32 { 65 }
}
