import Foundation

/// The Python environment that `scripts/bootstrap` makes at `.build/test-venv` for tests against other programs.
enum PythonPeer {
    private static let interpreter = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent(".build/test-venv/bin/python").path

    /// Whether the environment exists and has `module`.
    static func has(_ module: String) -> Bool {
        FileManager.default.isExecutableFile(atPath: interpreter) && (try? run("import \(module)")) != nil
    }

    struct Failure: Error { let status: Int32 }

    /// What `script` prints when run with `arguments`.
    static func run(_ script: String, _ arguments: [String] = []) throws -> String {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: interpreter)
        process.arguments = ["-c", script] + arguments
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let printed = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failure(status: process.terminationStatus) }
        return String(decoding: printed, as: UTF8.self)
    }
}
