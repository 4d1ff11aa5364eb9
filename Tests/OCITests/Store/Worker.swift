import Foundation
import Testing

/// A process that works on a store.
final class Worker {
    private let process = Process()
    private let output = Pipe()
    private let errors = Pipe()

    init(_ program: String, _ arguments: [String]) throws {
        let here = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
        process.executableURL = here.appendingPathComponent(program)
        process.arguments = arguments
        process.standardOutput = output
        process.standardError = errors
        try process.run()
    }

    func kill() {
        Glibc.kill(process.processIdentifier, SIGKILL)
    }

    /// Waits for the end and gives what was printed, a torn last line left out.
    func finish(expectSuccess: Bool = true) throws -> [String] {
        let text = String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        let problems = String(decoding: try errors.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        #expect(problems.isEmpty)
        if expectSuccess { #expect(process.terminationStatus == 0) }
        return text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
    }
}
