public import ArgumentParser
import Glibc

/// The root command.
public struct Zoo: AsyncParsableCommand {
    /// The command's name, help and subcommands.
    public static let configuration = CommandConfiguration(
        commandName: "zoo",
        abstract: "A transfer-learning model zoo and artifact registry for recommenders.",
        discussion: """
            A first tour:

              zoo list                       # what is there
              zoo show shop-mmoe             # card, tasks, metrics, lineage
              zoo pull shop-mmoe             # copy it into your own store
              zoo data simulate --out shop   # a new task with few rows
              zoo finetune shop-mmoe --task shop/task.yaml \\
                --data shop/new-task-500.csv --publish again:1
              zoo evaluate again:1 --data shop/new-task-test.csv

            Exit codes: 0 done, 64 usage, 65 bad data, 66 not found, 70 internal, 74 input
            or output failed.
            Your models live in $ZOO_HOME (default ~/.zoo), an OCI image layout that other
            OCI tools can read.
            """,
        version: "zoo \(ToolVersion.current)",
        groupedSubcommands: [
            CommandGroup(
                name: "Registry",
                subcommands: [
                    ListCommand.self, ShowCommand.self, PullCommand.self, PublishCommand.self, TagCommand.self,
                    RemoveCommand.self, GarbageCommand.self, VerifyCommand.self, DiffCommand.self, ExportCommand.self,
                    ImportCommand.self,
                ]
            ),
            CommandGroup(
                name: "Remotes",
                subcommands: [LoginCommand.self, LogoutCommand.self, PushCommand.self, SearchCommand.self]
            ),
            CommandGroup(
                name: "Trust and history",
                subcommands: [
                    KeygenCommand.self, SignCommand.self, PolicyCommand.self, YankCommand.self, AliasCommand.self,
                    ResolveCommand.self, LogCommand.self, ReproduceCommand.self,
                ]
            ),
            CommandGroup(
                name: "Training",
                subcommands: [Pretrain.self, FineTune.self, Evaluate.self, Predict.self]
            ),
            CommandGroup(name: "Data", subcommands: [DataCommand.self]),
            CommandGroup(name: "Server", subcommands: [ServeCommand.self]),
        ]
    )

    /// Used by ArgumentParser.
    public init() {}
}

extension Zoo {
    /// Parses the process's arguments, runs the command, reports a failure in one line and exits.
    ///
    /// On the main thread, where commands that wait for nothing stay: another one costs a start and a heap of its own.
    @MainActor
    public static func main() async {
        await main(nil)
    }

    /// As ``main()``, with the arguments given; ends the process.
    @MainActor
    public static func main(_ arguments: [String]?) async {
        // A file that may not grow is an error like a full disk, not the process's end.
        signal(SIGXFSZ, SIG_IGN)
        do {
            try CommandNames.check(arguments ?? Array(CommandLine.arguments.dropFirst()))
            var command = try parseAsRoot(arguments)
            if let command = command as? any LocalFirstCommand {
                try await command.start()
            } else if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
            try Output.flush()
        } catch {
            Failure(error).report()
        }
    }
}
