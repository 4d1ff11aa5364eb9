import ArgumentParser
import OCI
import ZooRegistry

/// `zoo publish`: a model directory becomes a tagged artifact.
struct PublishCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "publish",
        abstract: "Pack a model directory into your store and tag it.",
        discussion: """
            Example: publish what a training run wrote with --out.
              zoo finetune shop-mmoe --task shop/task.yaml \\
                --data shop/new-task-500.csv --out run1
              zoo publish run1 again:1

            The same directory always gives the same digest. A fine-tune's encoder is
            stored once: its layers are those of its base, which must be at hand and the
            same to the byte.
            """
    )

    @Argument(help: ArgumentHelp("The model directory.", valueName: "dir"), completion: .directory)
    var directory: String

    @Argument(help: ArgumentHelp("NAME:TAG to publish it as.", valueName: "name:tag"))
    var name: String

    @Flag(name: .long, help: "Move the tag if it points to another model.")
    var move = false

    @OptionGroup var output: OutputOptions
    @OptionGroup var store: StoreOptions

    func run() throws {
        let publication = try store.registry().publish(directory: directory, as: name, move: move)
        try PublicationDocument(publication).print(output)
    }
}
