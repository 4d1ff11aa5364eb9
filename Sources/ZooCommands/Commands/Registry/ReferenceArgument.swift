import ArgumentParser
package import ZooRegistry

/// The model that a command is about.
struct ReferenceArgument: ParsableArguments {
    @Argument(
        help: ArgumentHelp(
            "NAME[:TAG], NAME@ALIAS, NAME@sha256:… or a digest's first digits; NAME alone is latest, or its only tag.",
            valueName: "ref"
        )
    )
    var reference: String
}

extension StoreOptions {
    /// The user's store and the bundled zoo.
    package func registry() throws -> ModelRegistry {
        try ModelRegistry(home: homePath)
    }
}
