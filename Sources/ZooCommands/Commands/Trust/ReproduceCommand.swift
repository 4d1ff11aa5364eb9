import ArgumentParser
import Glibc
import OCI
import ZooFiles
import ZooModel
import ZooRegistry
import ZooTensor
import ZooTraining

/// `zoo reproduce`: runs a model's recipe again and compares what comes out.
struct ReproduceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reproduce",
        abstract: "Train a model again from its recipe and say whether the digest is the same.",
        discussion: """
            Example: the data that shop-mmoe:1.0.0 was trained and validated on.
              zoo reproduce shop-mmoe:1.0.0 --data shop/train.csv --valid shop/valid.csv

            Recipe, seed, schema and base come from the model; data whose digest is not the
            recorded one is refused before anything is trained. Exits with 65 where the
            model does not come out again, and says what differs.
            """
    )

    @OptionGroup var model: ReferenceArgument

    @Option(name: .long, help: ArgumentHelp("The rows that it was trained on.", valueName: "file"), completion: .file())
    var data: String

    @Option(
        name: .long,
        help: ArgumentHelp("The rows that it was validated on.", valueName: "file"),
        completion: .file()
    )
    var valid: String?

    @OptionGroup var reading: ReadingArguments
    @OptionGroup var output: OutputOptions
    @OptionGroup var store: StoreOptions

    func run() throws {
        let registry = try store.registry()
        let workspace = try registry.scratch()
        let original = try OpenedModel(published: model.reference, store: store, in: workspace)
        let document = try ZooRegistry.ModelDirectory(original.directory).document()
        try checkData(document)
        Self.lowerInstructionSet(to: document.tool.instructionSet)
        let printer = TrainingProgressPrinter(verbosity: output.quiet ? .quiet : .normal)
        let rerun = Reproduction(
            document: document,
            original: original.directory,
            workspace: workspace.path,
            cache: try store.homePath + "/cache",
            data: data,
            validation: valid,
            reading: reading
        )
        defer { printer.finish() }
        let result = try rerun.train(registry) { printer.handle($0) }
        printer.finish()
        let comparison = try rerun.compare(result, registry, digest: original.digest)
        try report(comparison, name: original.reference)
    }

    /// Hashes the files given, so that hours of training are not spent on other rows.
    private func checkData(_ document: ModelDocument) throws {
        for (role, path, option) in [("train", Optional(data), "--data"), ("validation", valid, "--valid")] {
            let recorded = document.training.data.first { $0.role == role }
            guard let path else {
                guard let recorded else { continue }
                throw CommandError(
                    .usage,
                    "the model was validated on \(recorded.file) (\(recorded.digest)): name it with \(option)"
                )
            }
            guard let recorded else {
                throw CommandError(.usage, "the model records no \(role) file, so \(option) cannot be what it used")
            }
            let digest = try Digest.of(OpenFile(path))
            guard digest.description == recorded.digest else {
                throw CommandError(
                    .badData,
                    "\(path) is not the \(role) data of the model: it is \(digest), but \(recorded.file) was "
                        + "\(recorded.digest)"
                )
            }
        }
    }

    /// Computes on the recorded instruction set where this processor has it and nothing else is asked for.
    private static func lowerInstructionSet(to name: String) {
        // Does not overwrite; the engine reads it before its first product.
        setenv("ZOO_CPU_ISA", name, 0)
    }

    private func report(_ comparison: Reproduction.Comparison, name: String) throws {
        if output.format == .json {
            try Output.json(comparison)
        } else if comparison.reproduced {
            try Output.line(
                output.quiet ? comparison.digest : TerminalText.escape("reproduced \(name)  \(comparison.digest)")
            )
        } else if !output.quiet {
            for difference in comparison.differences {
                try Output.line(TerminalText.escape("differs: \(difference)"))
            }
        }
        guard comparison.reproduced else {
            let weights =
                comparison.sameWeights ? "its weights are the same, but not all of its files" : "its weights differ"
            throw CommandError(
                .badData,
                "\(name) was not reproduced: \(weights) (\(comparison.differences.first ?? "another packing"))"
            )
        }
    }
}
