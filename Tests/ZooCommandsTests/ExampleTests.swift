import ArgumentParser
import Foundation
import ModelSamples
import RegistryPeer
import TestSupport
import Testing
import ZooCommands

/// The examples of `--help`, run as they stand.
@Suite(.serialized, ExamplePlace()) struct ExampleTests {
    /// What the examples find; tests only read what was made.
    struct Place: @unchecked Sendable {
        let directory = TemporaryDirectory()
        let registry: DockerRegistry

        /// A store with an encoder of the bundled zoo's name and two heads, aliases, the shop's files, archives, keys, and
        /// a registry in place of the examples' one.
        init() throws {
            registry = try DockerRegistry(directory: directory.path("registry"))
            let script = """
                mkdir home && echo 'registry: registry.example.com' > home/config.yaml
                zoo data simulate --out shop --users 200 --items 100 --events 6000 -q
                zoo pretrain --schema shop/schema.yaml --data shop/train.csv --valid shop/valid.csv \\
                    --epochs 1 --publish shop-mmoe:1.0.0 -q
                for tag in 1.0.0 1.1.0; do
                    zoo finetune shop-mmoe --task shop/task.yaml --data shop/new-task-500.csv \\
                        --seed ${tag:2:1} --epochs 2 --publish again:$tag -q
                    zoo push again:$tag registry.example.com -q
                done
                zoo push again:1.0.0 registry.example.com/trial/again:1.0.0 -q
                for alias in prod staging; do zoo alias again@$alias 1.0.0 -q; done
                zoo keygen release -q
                for model in shop-mmoe again; do
                    zoo sign $model:1.0.0 --key release --out $model.sig -q
                    zoo pull $model:1.0.0 --into $model -q
                done
                zoo export again:1.0.0 again.tar -q
                zoo export again:1.0.0 again.tar.zst -q
                cp shop/new-task-test.csv rows.csv
                """
            try run("set -e\n" + script, in: directory.root)
        }

        /// Runs lines as a user's shell does.
        func run(_ script: String, in directory: String) throws {
            let programs = ZooProcess.executable.deletingLastPathComponent().path
            let prologue = """
                export PATH='\(programs)':$PATH HOME=$PWD ZOO_HOME=$PWD/home ZOO_BUNDLED= DOCKER_CONFIG=$PWD REGISTRY_AUTH_FILE=

                """
            let script = script.replacing("registry.example.com", with: registry.host)
            try Program.run("bash", ["-c", prologue + script], in: directory)
        }
    }

    /// Made by ``ExamplePlace`` before the first test, and gone after the last.
    @TaskLocal static var place: Place?

    /// The commands in a command's discussion, lines that go on in the next joined.
    private static func example(_ command: HelpTests.Entry) -> [String] {
        command.type.configuration.discussion.replacing("\\\n", with: "").split(separator: "\n")
            .filter { $0.starts(with: #/  (zoo|head) /#) }.map(String.init)
    }

    /// Whether an example can run here: not one that asks for a password, or serves until it is stopped.
    private static func isRunnable(_ line: String) -> Bool {
        !line.starts(with: #/  zoo (login|logout|serve)( |$)/#)
    }

    @Test(arguments: HelpTests.commands)
    func examplesRun(_ command: HelpTests.Entry) throws {
        let place = try #require(Self.place)
        let lines = Self.example(command)
        #expect(!lines.isEmpty)
        let directory = TemporaryDirectory()
        try FileManager.default.removeItem(atPath: directory.root)
        try FileManager.default.copyItem(atPath: place.directory.root, toPath: directory.root)
        // An alias of the examples points nowhere at the dates that they name.
        let script = lines.filter(Self.isRunnable).map { $0.replacing(/\d{4}-\d\d-\d\d/, with: "2099-01-01") }
        if command.words.last == "keygen" { try place.run("rm release release.pub", in: directory.root) }
        try place.run("set -e\n" + script.joined(separator: "\n"), in: directory.root)
    }

    @Test(arguments: HelpTests.commands)
    func helpFitsANarrowTerminal(_ command: HelpTests.Entry) {
        for line in command.type.configuration.discussion.split(separator: "\n") {
            #expect(line.count <= 80, "\(line)")
        }
    }
}

/// Holds what the examples find while a suite runs.
private struct ExamplePlace: SuiteTrait, TestScoping {
    func provideScope(
        for test: Test,
        testCase: Test.Case?,
        performing function: @Sendable () async throws -> Void
    ) async throws {
        try await ExampleTests.$place.withValue(ExampleTests.Place(), operation: function)
    }
}
