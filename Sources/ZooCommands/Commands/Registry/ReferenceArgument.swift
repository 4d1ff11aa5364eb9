import ArgumentParser
package import ZooRegistry

/// The model that a command is about.
struct ReferenceArgument: ParsableArguments {
    @Argument(
        help: ArgumentHelp(
            "NAME[:TAG], NAME@ALIAS, NAME@sha256:… or a digest's first digits; NAME alone is latest, or its only tag.",
            valueName: "ref"
        ),
        completion: .models
    )
    var reference: String
}

extension CompletionKind {
    /// The tags there are.
    static var models: CompletionKind { .shellCommand("zoo list --quiet 2>/dev/null") }
}

extension StoreOptions {
    /// The user's store and the bundled zoo.
    package func registry() throws -> ModelRegistry {
        try ModelRegistry(home: homePath)
    }
}
