import Foundation

/// The Python environment that `scripts/bootstrap` makes at `.build/test-venv` for tests against other programs.
public enum PythonPeer {
    private static let interpreter = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent(".build/test-venv/bin/python").path

    /// Whether the environment exists and has `module`.
    public static func has(_ module: String) -> Bool {
        FileManager.default.isExecutableFile(atPath: interpreter) && (try? run("import \(module)")) != nil
    }

    /// What `script` prints when run with `arguments`.
    ///
    /// - Throws: ``Program/Failure`` with what it printed, unless it succeeds.
    public static func run(_ script: String, _ arguments: [String] = []) throws -> String {
        try Program.run(interpreter, ["-c", script] + arguments, in: nil)
    }
}
