import Glibc
import Synchronization

/// Standard output: buffered, and a failed write is an error instead of silence.
package enum Output {
    private static let buffer = Mutex<[UInt8]>([])
    private static let flushThreshold = 1 << 16

    /// Appends `text` as it is; call ``TerminalText/escape(_:)`` on anything that came from outside.
    package static func write(_ text: String) throws(CommandError) {
        try write(bytes: Array(text.utf8))
    }

    /// Appends raw bytes.
    package static func write(bytes: [UInt8]) throws(CommandError) {
        if bytes.count >= flushThreshold {
            try flush()
            return try writeNow(bytes)
        }
        let full = buffer.withLock { buffer in
            buffer.append(contentsOf: bytes)
            return buffer.count >= flushThreshold
        }
        if full {
            try flush()
        }
    }

    /// Appends `text` and a newline.
    package static func line(_ text: String = "") throws(CommandError) {
        try write(text + "\n")
    }

    /// Hands everything to the kernel.
    ///
    /// - Throws: ``CommandError`` (`inputOutput`) when the descriptor takes no more: a full disk, say.
    package static func flush() throws(CommandError) {
        let pending = buffer.withLock { buffer in
            defer { buffer.removeAll(keepingCapacity: true) }
            return buffer
        }
        try writeNow(pending)
    }

    private static func writeNow(_ bytes: [UInt8]) throws(CommandError) {
        guard FileDescriptorWriter.write(bytes, to: STDOUT_FILENO) else {
            throw CommandError(.inputOutput, "cannot write to standard output: \(String(cString: strerror(errno)))")
        }
    }
}

/// Standard error: unbuffered lines for errors, warnings and progress notes.
package enum StandardError {
    /// Writes `text` and a newline; there is nobody to tell when that fails.
    package static func line(_ text: String) {
        write(text + "\n")
    }

    /// Writes `text` as it is.
    package static func write(_ text: String) {
        _ = FileDescriptorWriter.write(Array(text.utf8), to: STDERR_FILENO)
    }

    /// Writes `zoo: warning: …`.
    package static func warning(_ text: String) {
        line("zoo: warning: \(TerminalText.oneLine(text))")
    }
}

/// `write(2)` until all is written.
private enum FileDescriptorWriter {
    static func write(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
        bytes.withUnsafeBytes { bytes in
            var offset = 0
            while offset < bytes.count {
                let written = Glibc.write(descriptor, bytes.baseAddress! + offset, bytes.count - offset)
                if written > 0 {
                    offset += written
                } else if written < 0 && errno != EINTR {
                    return false
                }
            }
            return true
        }
    }
}
