import Glibc

/// An address at which the system lets nobody listen, or not this process.
package struct ListenFault: Error, CustomStringConvertible, Sendable {
    /// The address.
    let host: String
    /// Its port.
    let port: Int
    /// The system's number for what is wrong.
    let number: Int32

    package var description: String { "cannot serve at \(host):\(port): \(String(cString: strerror(number)))" }

    /// The process exit status that fits: input or output.
    package var exitCode: Int32 { 74 }
}
