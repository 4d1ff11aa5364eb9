/// A text that is not the JSON it should be.
package struct JSONError: Error, CustomStringConvertible, Sendable {
    /// What is wrong, for people.
    package let message: String
    /// Where, in bytes from the start of the text.
    package let offset: Int

    package init(_ message: String, at offset: Int) {
        self.message = message
        self.offset = offset
    }

    package var description: String { "\(message) at byte \(offset)" }
}
