package import ArgumentParser

/// `zoo data`: what happens before training.
package struct DataCommand: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "data",
        abstract: "Look into data files, or simulate some.",
        discussion: """
            Examples:
              zoo data simulate --out shop
              zoo data inspect shop/train.csv --propose schema.yaml
            """,
        subcommands: [Inspect.self, Simulate.self]
    )

    package init() {}
}
