public import ArgumentParser

/// The root command.
public struct Zoo: AsyncParsableCommand {
    public static let configuration = CommandConfiguration(
        commandName: "zoo",
        abstract: "A transfer-learning model zoo and artifact registry for recommenders.",
        subcommands: []
    )

    public init() {}
}
