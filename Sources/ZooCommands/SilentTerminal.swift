import Glibc

/// A terminal that shows nothing of what is typed, for one line.
///
/// It shows it again however the waiting ends: a signal that ends or stops the process is held back until the terminal is
/// as it was before, and one that has stopped the process is followed by another prompt.
struct SilentTerminal {
    /// What may end or stop a process that waits at a terminal.
    private static let signals = [SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP, SIGTTIN, SIGTTOU]
    /// Where the handler puts the signals that came; a handler can reach nothing else.
    nonisolated(unsafe) private static var mailbox: Int32 = -1

    private let terminal: Int32

    /// - Parameter terminal: a descriptor of it, open for reading.
    init(_ terminal: Int32) { self.terminal = terminal }

    /// A line without its end; nil where the input has ended.
    ///
    /// - Parameter prompt: shows what is asked for, again when a process that was stopped goes on.
    /// - Throws: ``CommandError`` `.inputOutput`.
    func line(prompt: () -> Void) throws -> String? {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw Self.failure() }
        defer { for end in ends { close(end) } }
        for end in ends { _ = fcntl(end, F_SETFL, O_NONBLOCK) }
        Self.mailbox = ends[1]
        while true {
            switch try wait(ends[0], prompt) {
            case .line(let text): return text
            case .end: return nil
            case .interrupted(let signal): Self.give(signal)
            }
        }
    }

    private enum Outcome {
        case line(String)
        case end
        case interrupted(Int32)
    }

    /// Waits for a line or a signal, with signals held back and nothing shown.
    private func wait(_ mailbox: Int32, _ prompt: () -> Void) throws -> Outcome {
        var before = termios()
        guard tcgetattr(terminal, &before) == 0 else { throw Self.failure() }
        let handlers = Self.holdSignals()
        var silent = before
        silent.c_lflag &= ~tcflag_t(ECHO)
        tcsetattr(terminal, TCSAFLUSH, &silent)
        defer {
            tcsetattr(terminal, TCSAFLUSH, &before)
            StandardError.write("\n")
            for (signal, handler) in handlers { withUnsafePointer(to: handler) { _ = sigaction(signal, $0, nil) } }
        }
        prompt()
        var sources = [mailbox, terminal].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        while true {
            if poll(&sources, nfds_t(sources.count), -1) < 0 {
                guard errno == EINTR else { throw Self.failure() }
                continue
            }
            var signal: UInt8 = 0
            if read(mailbox, &signal, 1) == 1 { return .interrupted(Int32(signal)) }
            // The terminal gives a line when it is whole.
            var bytes = [UInt8](repeating: 0, count: 4096)
            let count = read(terminal, &bytes, bytes.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw Self.failure() }
            if count == 0 { return .end }
            return .line(String(decoding: bytes[..<count].prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self))
        }
    }

    /// Has signals written into the mailbox, but for those that the process ignores; gives what was there before.
    private static func holdSignals() -> [(Int32, sigaction)] {
        signals.compactMap { signal in
            var before = sigaction()
            sigaction(signal, nil, &before)
            if unsafeBitCast(before.__sigaction_handler.sa_handler, to: Int.self)
                == unsafeBitCast(SIG_IGN, to: Int.self)
            {
                return nil
            }
            var action = sigaction()
            action.__sigaction_handler.sa_handler = { signal in
                var text = UInt8(truncatingIfNeeded: signal)
                let number = errno
                _ = write(SilentTerminal.mailbox, &text, 1)
                errno = number
            }
            sigaction(signal, &action, nil)
            return (signal, before)
        }
    }

    /// Lets the process have a signal that was held back; returns once it goes on, if it does.
    private static func give(_ signal: Int32) {
        // Threads that others start have signals blocked.
        var (set, before) = (sigset_t(), sigset_t())
        sigemptyset(&set)
        sigaddset(&set, signal)
        pthread_sigmask(SIG_UNBLOCK, &set, &before)
        raise(signal)
        pthread_sigmask(SIG_SETMASK, &before, nil)
    }

    private static func failure() -> CommandError {
        CommandError(.inputOutput, "cannot read from the terminal: \(String(cString: strerror(errno)))")
    }
}
