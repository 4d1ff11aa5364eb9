import ArgumentParser
import Foundation
import ModelSamples
import TestSupport
import Testing
import ZooCommands

/// The examples of `--help`, run as they stand.
@Suite(.serialized) struct ExampleTests {
    /// What the examples find: a store with an encoder of the bundled zoo's name and two heads, the shop's files, archives.
    private static let prepared: Result<TemporaryDirectory, any Error> = Result {
        let directory = TemporaryDirectory()
        let script = """
            zoo data simulate --out shop --users 200 --items 100 --events 6000 -q
            zoo pretrain --schema shop/schema.yaml --data shop/train.csv --valid shop/valid.csv \\
                --epochs 1 --publish shop-mmoe:1.0.0 -q
            for tag in 1.0.0 1.1.0; do
                zoo finetune shop-mmoe --task shop/task.yaml --data shop/new-task-500.csv \\
                    --seed ${tag:2:1} --epochs 2 --publish again:$tag -q
            done
            zoo export again:1.0.0 again.tar -q
            zoo export again:1.0.0 again.tar.zst -q
            """
        try run("set -e\n" + script, in: directory.root)
        return directory
    }

    /// Runs lines as a user's shell does.
    @discardableResult
    private static func run(_ script: String, in directory: String) throws -> String {
        let programs = ZooProcess.executable.deletingLastPathComponent().path
        let prologue = "export PATH='\(programs)':$PATH ZOO_HOME=$PWD/home ZOO_BUNDLED=\n"
        return try Program.run("bash", ["-c", prologue + script], in: directory)
    }

    /// The indented lines of a command's discussion.
    private static func example(_ command: HelpTests.Entry) -> [String] {
        command.type.configuration.discussion.split(separator: "\n").filter { $0.hasPrefix("  ") }.map(String.init)
    }

    @Test(arguments: HelpTests.commands)
    func examplesRun(_ command: HelpTests.Entry) throws {
        let directory = TemporaryDirectory()
        let prepared = try Self.prepared.get()
        try FileManager.default.removeItem(atPath: directory.root)
        try FileManager.default.copyItem(atPath: prepared.root, toPath: directory.root)
        let lines = Self.example(command)
        #expect(!lines.isEmpty)
        try Self.run("set -e\n" + lines.joined(separator: "\n"), in: directory.root)
    }

    @Test(arguments: HelpTests.commands)
    func examplesFitANarrowTerminal(_ command: HelpTests.Entry) {
        for line in Self.example(command) { #expect(line.count <= 80, "\(line)") }
    }
}
