import Foundation

/// `zoo serve` over a store of a test's own, as a process of its own.
package final class ZooServer: RegistryAtHand {
    /// "127.0.0.1:PORT".
    package private(set) var host = ""
    private let process = Process()
    private let log: String

    /// Serves the store at `root`.
    ///
    /// - Parameter launcher: a program and its arguments that run the server, before its own: `["prlimit", "--fsize=1"]`.
    package init(root: String, arguments: [String] = [], launcher: [String] = []) throws {
        let log = "\(NSTemporaryDirectory())zoo-server-\(UUID().uuidString)"
        self.log = log
        for path in ["\(log).out", "\(log).err"] { try Data().write(to: URL(fileURLWithPath: path)) }
        let program = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
            .deletingLastPathComponent().appendingPathComponent("zoo").path
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = launcher + [program, "serve", "--listen", "127.0.0.1:0", "--root", root] + arguments
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: "\(log).out"))
        process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: "\(log).err"))
        try process.run()
        for _ in 0..<3_000 where process.isRunning {
            let text = try String(contentsOfFile: "\(log).out", encoding: .utf8)
            if text.hasSuffix("\n"), let port = text.dropLast().split(separator: ":").last.flatMap({ UInt16($0) }) {
                host = "127.0.0.1:\(port)"
                return
            }
            usleep(10_000)
        }
        throw Failure(description: "zoo serve does not start: \(errors)")
    }

    deinit {
        process.terminate()
        process.waitUntilExit()
        for path in ["\(log).out", "\(log).err"] { try? FileManager.default.removeItem(atPath: path) }
    }

    /// What it has written to standard error.
    package var errors: String { (try? String(contentsOfFile: "\(log).err", encoding: .utf8)) ?? "" }

    /// The program does not start.
    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }
}
