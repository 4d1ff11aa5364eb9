import Glibc

/// Asks for what must not be on the command line, where every process list would show it.
enum SecretPrompt {
    private static let limit = 64 << 10

    /// A line from the terminal, not shown while it is typed if it is a secret.
    ///
    /// - Throws: ``CommandError`` (`usage`) naming `option` where there is no terminal.
    static func line(_ prompt: String, isSecret: Bool, option: String) throws -> String {
        let terminal = open("/dev/tty", O_RDWR | O_CLOEXEC)
        guard terminal >= 0, isatty(STDIN_FILENO) == 1 else {
            if terminal >= 0 { close(terminal) }
            throw CommandError(.usage, "there is no terminal to ask at; give \(option)")
        }
        defer { close(terminal) }
        let text: String?
        if isSecret {
            text = try SilentTerminal(terminal).line { StandardError.write(prompt) }
        } else {
            StandardError.write(prompt)
            text = readLine(strippingNewline: true)
        }
        guard let text, !text.isEmpty else { throw CommandError(.usage, "nothing was given") }
        return text
    }

    /// All of standard input without the newline at its end.
    static func standardInput() throws -> String {
        var bytes: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = read(STDIN_FILENO, &block, block.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else {
                throw CommandError(.inputOutput, "cannot read standard input: \(String(cString: strerror(errno)))")
            }
            if count == 0 { break }
            bytes += block[..<count]
            guard bytes.count <= limit else { throw CommandError(.usage, "the password is longer than \(limit) bytes") }
        }
        while let last = bytes.last, last == UInt8(ascii: "\n") || last == UInt8(ascii: "\r") { bytes.removeLast() }
        guard !bytes.isEmpty, let text = String(validating: bytes, as: UTF8.self) else {
            throw CommandError(.usage, "standard input holds no password")
        }
        return text
    }
}
