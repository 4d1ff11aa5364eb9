import Foundation

/// The built `zoo`, run as a user runs it.
struct ZooProcess {
    /// What a run left behind.
    struct Outcome: CustomStringConvertible {
        let status: Int32
        let output: String
        let errors: String

        var description: String { "exit \(status)\n\(output)\n\(errors)" }

        /// Whether standard error is the one line that a failure prints.
        var isOneLineError: Bool {
            errors.hasPrefix("zoo: error: ") && errors.hasSuffix("\n") && errors.split(separator: "\n").count == 1
        }
    }

    /// The program, which the build puts beside the tests.
    static let executable = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        .deletingLastPathComponent().appendingPathComponent("zoo")

    /// The directory it runs in, with its store in `home` underneath.
    let directory: URL
    var environment: [String: String] = [:]

    /// Runs to the end; `input` goes to standard input.
    @discardableResult
    func run(_ arguments: [String], input: Data? = nil) throws -> Outcome {
        let running = try start(arguments, input: input)
        return try running.finish()
    }

    /// Runs a command line as one would type it, words separated by spaces.
    @discardableResult
    func callAsFunction(_ line: String) throws -> Outcome {
        try run(line.split(separator: " ").map(String.init))
    }

    /// Starts without waiting.
    func start(_ arguments: [String], input: Data? = nil) throws -> Running {
        let process = Process()
        process.executableURL = Self.executable
        process.arguments = arguments
        process.currentDirectoryURL = directory
        process.environment = ProcessInfo.processInfo.environment
            .merging([
                "ZOO_HOME": directory.appendingPathComponent("home").path, "ZOO_BUNDLED": "", "LC_ALL": "C.UTF-8",
            ]) { $1 }
            .merging(environment) { $1 }
        let scratch = FileManager.default.temporaryDirectory.appendingPathComponent("zoo-run-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
        func file(_ name: String, _ content: Data) throws -> FileHandle {
            let url = scratch.appendingPathComponent(name)
            try content.write(to: url)
            return try FileHandle(forUpdating: url)
        }
        process.standardInput = try input.map { try file("input", $0) } ?? FileHandle.nullDevice
        process.standardOutput = try file("output", Data())
        process.standardError = try file("errors", Data())
        try process.run()
        return Running(process: process, scratch: scratch)
    }

    /// A process that goes on.
    struct Running {
        let process: Process
        fileprivate let scratch: URL

        /// What it has written to standard output so far.
        var output: String { text("output") }
        /// What it has written to standard error so far.
        var errors: String { text("errors") }

        /// Waits until it has written a whole line to standard output, or has ended; half a minute at most.
        func waitForLine() {
            for _ in 0..<3_000 where process.isRunning && !output.hasSuffix("\n") { usleep(10_000) }
        }

        private func text(_ name: String) -> String {
            (try? String(decoding: Data(contentsOf: scratch.appendingPathComponent(name)), as: UTF8.self)) ?? ""
        }

        /// Waits for the end.
        func finish() throws -> Outcome {
            defer { try? FileManager.default.removeItem(at: scratch) }
            process.waitUntilExit()
            return Outcome(
                status: process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus,
                output: output,
                errors: errors
            )
        }
    }
}
