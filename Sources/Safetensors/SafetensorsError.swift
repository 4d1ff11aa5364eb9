/// A safetensors file that is damaged, hostile, or not what the caller asked for.
public struct SafetensorsError: Error, CustomStringConvertible, Sendable {
    /// What kind of failure it was.
    public enum Code: Sendable {
        /// The file breaks the format.
        case invalid
        /// The file has no tensor of that name.
        case missingTensor
        /// The caller's tensors cannot be written, or were asked for as another type.
        case misuse
    }

    /// The kind of failure.
    public let code: Code
    /// One line for people: the file, the tensor, what is wrong.
    public let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The process exit status that fits.
    public var exitCode: Int32 { code == .misuse ? 70 : 65 }

    /// ``message``.
    public var description: String { message }
}
