import ArgumentParser
import ZooRegistry
import ZooText

/// `zoo diff`: how two models differ.
struct DiffCommand: LocalFirstCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "Compare two models: layers, tensors, configuration, metrics.",
        discussion: """
            Of models in registries only what describes them is fetched: their tensors are
            compared by type and shape.

            Examples:
              zoo diff again:1.0.0 again:1.1.0
              zoo diff again:1.0.0 registry.example.com/again:1.1.0
            """
    )

    @Argument(help: ArgumentHelp("The first model.", valueName: "a"), completion: .models)
    var first: String

    @Argument(help: ArgumentHelp("The second model.", valueName: "b"), completion: .models)
    var second: String

    @OptionGroup var remote: RemoteOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var store: StoreOptions

    nonisolated(nonsending) func start() async throws {
        let difference = try await difference()
        if output.format == .json {
            return try Output.json(difference)
        }
        var layers = TextTable(columns: [
            .init("LAYER", minimumWidth: 12), .init("CHANGE"), .init("A", .trailing), .init("B", .trailing),
        ])
        for layer in difference.layers {
            layers.append([
                layer.title, layer.change.rawValue, layer.oldSize > 0 ? Amounts.bytes(layer.oldSize) : "-",
                layer.newSize > 0 ? Amounts.bytes(layer.newSize) : "-",
            ])
        }
        try Output.write(layers.rendered())
        try printTensors(difference)
        try printFields("METRIC", difference.metrics)
        try printFields("FIELD", difference.fields)
    }

    private nonisolated(nonsending) func difference() async throws -> ModelDifference {
        let registry = try store.registry()
        let old = try ModelPlace(first, registry, remote, home: store.homePath)
        let new = try ModelPlace(second, registry, remote, home: store.homePath)
        if case .here(let old) = old, case .here(let new) = new {
            return try registry.difference(registry.artifact(old), registry.artifact(new))
        }
        return try await remote.run(remote.configuration(home: store.homePath)) { session in
            func inspect(_ place: ModelPlace) async throws -> InspectedModel {
                switch place {
                case .here(let entry): InspectedModel(try registry.artifact(entry))
                case .remote(let reference, _): try await session.inspect(reference)
                }
            }
            return try await inspect(old).difference(inspect(new))
        }
    }

    private func printTensors(_ difference: ModelDifference) throws {
        let same = Amounts.plural(difference.sameTensors, "tensor")
        let unread = difference.unreadTensors
        let rest =
            unread > 0 ? "; of \(Amounts.count(unread)) more only type and shape are known, which are the same" : ""
        try Output.line("\n\(same) the same, \(Amounts.count(difference.tensors.count)) not\(rest)")
        guard !difference.tensors.isEmpty else {
            return
        }
        var table = TextTable(columns: [
            .init("TENSOR", minimumWidth: 16), .init("CHANGE"), .init("A"), .init("B"), .init("MAX |Δ|", .trailing),
        ])
        for tensor in difference.tensors {
            table.append([
                tensor.name, tensor.change.rawValue, tensor.old ?? "-", tensor.new ?? "-",
                tensor.largestDelta.map { Amounts.fixed($0, 6) } ?? "-",
            ])
        }
        try Output.write(table.rendered())
    }

    private func printFields(_ title: String, _ fields: [ModelDifference.Field]) throws {
        guard !fields.isEmpty else {
            return
        }
        var table = TextTable(columns: [
            .init(title, minimumWidth: 16), .init("A", minimumWidth: 10), .init("B", minimumWidth: 10),
        ])
        for field in fields {
            table.append([field.path, Self.shown(field.old), Self.shown(field.new)])
        }
        try Output.write("\n" + table.rendered())
    }

    /// A value in a table: fractions with as many digits as metrics have elsewhere; JSON has all of them.
    private static func shown(_ value: String?) -> String {
        guard let value else {
            return "-"
        }
        return value.contains(".") ? Double(value).map { Amounts.fixed($0, 4) } ?? value : value
    }
}
