import Glibc
import ZooFiles
import ZooText
import ZooTraining

/// One run of `zoo pretrain` or `zoo finetune`: where its files go, how it is shown, and how it ends.
final class TrainingSession {
    /// The new model's directory.
    let modelDirectory: String
    /// Where the run's checkpoint lies.
    let checkpointDirectory: String
    private let arguments: TrainingArguments
    private let output: OutputOptions
    private let printer: TrainingProgressPrinter
    private let recorder: TrainingRecorder?
    private var recordingError: (any Error)?

    init(
        _ arguments: TrainingArguments,
        home: String,
        workspace: borrowing ScratchDirectory,
        output: OutputOptions
    ) throws {
        self.arguments = arguments
        self.output = output
        modelDirectory = workspace.path + "/model"
        checkpointDirectory = arguments.checkpoint ?? Self.defaultCheckpoint(arguments, home: home)
        if let card = arguments.card, access(card, R_OK) != 0 {
            throw CommandError(.notFound, "no model card at '\(card)'")
        }
        recorder = try arguments.tensorboard.map { try TrainingRecorder(directory: $0) }
        printer = TrainingProgressPrinter(
            verbosity: output.quiet ? .quiet : arguments.verbose ? .verbose : .normal
        )
    }

    /// Trains: shows progress, records curves, and turns Ctrl-C into a stop that can be resumed.
    func train(_ body: (@escaping TrainingProgress, @escaping () -> Bool) throws -> TrainingResult) throws
        -> TrainingResult
    {
        Interruption.watch()
        defer { printer.finish() }
        do {
            let result = try body({ self.handle($0) }, { Interruption.isRequested || self.recordingError != nil })
            if let recordingError { throw recordingError }
            return result
        } catch let error as ZooTrainingError where error.code == .interrupted {
            throw recordingError ?? error
        }
    }

    /// Prints what came of the run and where it went.
    func report(_ result: TrainingResult, _ publication: PublicationDocument?) throws {
        let metrics = result.validation.map { TaskMetrics($0) }
        if output.format == .json {
            return try Output.json(TrainingDocument(result, metrics: metrics, publication, out: arguments.out))
        }
        if output.quiet {
            return try Output.line(publication?.digest ?? arguments.out ?? "")
        }
        if metrics.isEmpty {
            try Output.line(
                "no metrics: no rows were held out; give --valid, or early_stopping.hold_out in the recipe"
            )
        } else {
            try Output.line("on \(Self.measuredRows(of: result)):")
            try Output.write(TaskMetrics.table(metrics))
        }
        let kept = result.bestEpoch == result.epochs ? "" : ", kept epoch \(result.bestEpoch)"
        try Output.line(
            "\(Amounts.plural(result.epochs, "epoch"))\(kept), "
                + "\(Amounts.count(result.trainedParameters)) parameters trained in "
                + "\(ProgressLine.time(result.seconds)), \(ProgressLine.rate(result.rowsPerSecond)) rows/s"
        )
        if let out = arguments.out {
            try Output.line("wrote \(TerminalText.escape(out))")
        }
        for line in publication?.lines ?? [] {
            try Output.line(TerminalText.escape(line))
        }
    }

    /// The rows that a run's metrics are of, none of which its weights have seen.
    private static func measuredRows(of result: TrainingResult) -> String {
        if let folds = result.recipe.stopping.folds, folds > 0 {
            return "the rows that each of \(folds) folds held out"
        }
        let file = result.data.first { $0.role == "validation" }?.file
        return TerminalText.escape(file ?? "the rows that were held out")
    }

    /// Removes the checkpoint of a run that is done, unless the user named the place.
    func removeCheckpoint() {
        if arguments.checkpoint == nil {
            let place = FileLocation(checkpointDirectory)
            try? OpenFile(place.directory, flags: O_RDONLY | O_DIRECTORY).removeTree(place.name)
        }
    }

    private func handle(_ event: TrainingEvent) {
        printer.handle(event)
        guard case .epoch(let epoch) = event, let recorder, recordingError == nil else { return }
        do {
            try recorder.record(epoch)
        } catch {
            recordingError = error
        }
    }

    /// A place that the same command finds again: named after what it will publish or write.
    private static func defaultCheckpoint(_ arguments: TrainingArguments, home: String) -> String {
        if let publish = arguments.publish {
            let name = publish.map { $0.isLetter || $0.isNumber || "._-".contains($0) ? $0 : "_" }
            return "\(home)/checkpoints/\(String(name))"
        }
        let out = FileLocation(arguments.out ?? "model")
        return "\(out.directory)/\(out.name).checkpoint"
    }
}
