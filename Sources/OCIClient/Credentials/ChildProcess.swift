import Glibc

/// Runs a program with a text for its standard input and takes its standard output; its errors are not shown, since
/// they may hold secrets.
enum ChildProcess {
    struct Outcome: Sendable {
        let status: Int32
        let output: [UInt8]
    }

    /// Why there is no outcome.
    enum Failure: Error, CustomStringConvertible {
        case notStarted(Int32)
        case timedOut
        case tooLong

        var description: String {
            switch self {
            case .notStarted(let number): "cannot be run: \(String(cString: strerror(number)))"
            case .timedOut: "took too long"
            case .tooLong: "wrote too much"
            }
        }
    }

    private static let outputLimit = 1 << 20

    /// Runs `arguments[0]`, looked up in `$PATH`.
    static func run(_ arguments: [String], input: [UInt8], timeout: Duration) async throws -> Outcome {
        // Not as arguments: those are in every process list.
        var (stdin, stdout): ([Int32], [Int32]) = ([0, 0], [0, 0])
        // Sockets: writing to one when the program is gone need not raise SIGPIPE.
        guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &stdin) == 0 else {
            throw Failure.notStarted(errno)
        }
        guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &stdout) == 0 else {
            close(stdin[0])
            close(stdin[1])
            throw Failure.notStarted(errno)
        }
        _ = fcntl(stdout[0], F_SETFL, O_NONBLOCK)
        defer { close(stdout[0]) }
        let process: pid_t
        do {
            defer {
                close(stdin[0])
                close(stdout[1])
            }
            process = try spawn(arguments, input: stdin[0], output: stdout[1])
        } catch {
            close(stdin[1])
            throw error
        }
        // Helpers read a line: it fits into the buffer, and a program that does not read it must not stop us.
        _ = input.withUnsafeBytes {
            send(stdin[1], $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
        }
        close(stdin[1])
        do {
            let output = try await read(stdout[0], until: .now + timeout)
            return Outcome(status: try await wait(process, until: .now + timeout), output: output)
        } catch {
            kill(process, SIGKILL)
            waitpid(process, nil, 0)
            throw error
        }
    }

    private static func spawn(_ arguments: [String], input: Int32, output: Int32) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO)
        posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
        posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0)
        let words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
        defer { words.forEach { free($0) } }
        var process: pid_t = 0
        let code = posix_spawnp(&process, arguments[0], &actions, nil, words, environ)
        guard code == 0 else { throw Failure.notStarted(code) }
        return process
    }

    private static func read(_ descriptor: Int32, until deadline: ContinuousClock.Instant) async throws -> [UInt8] {
        var output: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = Glibc.read(descriptor, &block, block.count)
            if count > 0 {
                output += block[..<count]
                guard output.count <= outputLimit else { throw Failure.tooLong }
            } else if count == 0 {
                return output
            } else if errno != EINTR {
                guard errno == EAGAIN else { throw Failure.notStarted(errno) }
                guard .now < deadline else { throw Failure.timedOut }
                try await Task.sleep(for: .milliseconds(2))
            }
        }
    }

    private static func wait(_ process: pid_t, until deadline: ContinuousClock.Instant) async throws -> Int32 {
        var status: Int32 = 0
        while true {
            let done = waitpid(process, &status, WNOHANG)
            if done == process { return status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + status & 0x7F }
            if done < 0, errno != EINTR { return 127 }
            guard .now < deadline else { throw Failure.timedOut }
            try await Task.sleep(for: .milliseconds(2))
        }
    }
}
