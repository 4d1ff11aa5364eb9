import Foundation
import TestSupport
import Testing

/// `zoo login` at a terminal of its own, which `script` makes.
@Suite struct PasswordPromptTests {
    let directory = TemporaryDirectory()
    private static let prompt = "password for bob at 127.0.0.1:1: "

    /// Runs a shell script at a terminal and types each text once a prompt more has shown; gives what the terminal showed.
    private func type(_ texts: [String], to script: String, shell: String) throws -> String {
        let login = "'\(ZooProcess.executable.path)' login 127.0.0.1:1 -u bob"
        let file = try directory.write(script.replacing("LOGIN", with: login), to: "script")
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["script", "-qfec", "exec \(shell) \(file)", directory.path("shown")]
        process.environment = ProcessInfo.processInfo.environment
            .merging([
                "HOME": directory.root, "ZOO_HOME": directory.path("home"), "DOCKER_CONFIG": directory.root,
                // Without `exec` a shell of `script` stays at the terminal beside ours, and some end at its signals.
                "SHELL": "/bin/sh",
            ]) { $1 }
        let keyboard = Pipe()
        process.standardInput = keyboard
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        func shown() -> String { (try? String(decoding: directory.read("shown"), as: UTF8.self)) ?? "" }
        for (position, text) in texts.enumerated() {
            for _ in 0..<3_000 where shown().components(separatedBy: Self.prompt).count < position + 2 {
                usleep(10_000)
            }
            try keyboard.fileHandleForWriting.write(contentsOf: Data(text.utf8))
        }
        for _ in 0..<3_000 where process.isRunning && !shown().contains("<end>") { usleep(10_000) }
        try keyboard.fileHandleForWriting.close()
        process.waitUntilExit()
        return shown()
    }

    /// Whether the terminal showed what was typed when the script asked `stty`.
    private func showsInput(_ text: String) -> Bool {
        text.contains(" echo ") && !text.contains("-echo ")
    }

    @Test(arguments: ["\u{3}", "\u{1C}"])
    func interruptedItLeavesTheTerminalAsItWas(key: String) throws {
        let shown = try type([key], to: "trap : INT QUIT\nLOGIN\necho \"<$?>\"\nstty -a\necho '<end>'", shell: "sh")
        #expect(shown.contains(key == "\u{3}" ? "<130>" : "<131>"), "\(shown)")
        #expect(showsInput(shown), "\(shown)")
    }

    @Test func stoppedItLeavesTheTerminalAsItWasAndAsksAgain() throws {
        let shown = try type(["\u{1A}", "hush\n"], to: "LOGIN\nstty -a\nfg\necho '<end>'", shell: "bash -m")
        #expect(showsInput(shown), "\(shown)")
        #expect(shown.components(separatedBy: Self.prompt).count == 3, "\(shown)")
        #expect(shown.contains("zoo: error: no connection to 127.0.0.1:1"), "\(shown)")
        #expect(!shown.contains("hush"), "\(shown)")
    }
}
