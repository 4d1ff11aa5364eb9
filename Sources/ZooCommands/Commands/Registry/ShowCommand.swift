import ArgumentParser
import OCI
import ZooRegistry

/// `zoo show`: all there is to know of a model.
struct ShowCommand: LocalFirstCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show a model: card, features, tasks, metrics, layers, lineage.",
        discussion: """
            Examples:
              zoo show shop-mmoe
              zoo show again:1.0.0 --format json
              zoo show registry.example.com/shop-mmoe:1.0.0   # its weights stay there
            """
    )

    @OptionGroup var model: ReferenceArgument

    @Flag(name: .long, help: "List the tensors too: name, type, shape.")
    var tensors = false

    @OptionGroup var remote: RemoteOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var store: StoreOptions

    nonisolated(nonsending) func start() async throws {
        let registry = try store.registry()
        let document: ModelReport
        switch try ModelPlace(model.reference, registry, remote, home: store.homePath) {
        case .here(let entry):
            var report = try ModelReport(entry, in: registry)
            if tensors { report.tensors = try await Self.tensors(InspectedModel(registry.artifact(entry))) }
            document = report
        case .remote(let reference, let configuration):
            document = try await remote.run(configuration) { session in
                let model = try await session.inspect(reference)
                var report = try ModelReport(
                    model.artifact,
                    reference: model.reference?.description,
                    origin: reference.registry,
                    published: nil,
                    in: registry
                )
                if tensors { report.tensors = try await Self.tensors(model) }
                return report
            }
        }
        if output.format == .json {
            try Output.json(document)
        } else if output.quiet {
            try Output.line(document.digest)
        } else {
            try document.print()
        }
    }

    private static func tensors(_ model: InspectedModel) async throws -> [String: [TensorRow]] {
        try await model.tensors().mapValues(TensorRow.rows)
    }
}
