import Foundation

/// A real program that tests exchange files with. Its absence is a failure: nothing else shows that others can read us.
public enum Program {
    /// A program that is missing or did not succeed.
    public struct Failure: Error, CustomStringConvertible {
        /// What it said.
        public let description: String
    }

    /// Runs a program found in `PATH`, or named by its path, and gives what it wrote to standard output.
    ///
    /// - Throws: ``Failure`` with what it wrote to standard error, unless it exits with 0.
    @discardableResult
    public static func run(_ program: String, _ arguments: [String], in directory: String? = nil) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [program] + arguments
        if let directory { process.currentDirectoryURL = URL(fileURLWithPath: directory) }
        let output = Pipe()
        let scratch = TemporaryDirectory()
        let errors = try scratch.write("", to: "errors")
        process.standardOutput = output
        process.standardError = FileHandle(forWritingAtPath: errors)
        try process.run()
        let text = String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            let hint = process.terminationStatus == 127 ? " (scripts/bootstrap test installs it)" : ""
            let reason = try String(decoding: scratch.read("errors"), as: UTF8.self)
            throw Failure(description: "\(program) exits with \(process.terminationStatus)\(hint): \(reason)")
        }
        return text
    }
}
