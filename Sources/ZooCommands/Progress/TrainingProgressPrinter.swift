import ZooText
package import ZooTraining

/// Shows a training run on standard error: a line an epoch, or a second where epochs are shorter; on a terminal, one that
/// lives while its epoch runs.
package final class TrainingProgressPrinter {
    /// How much is said.
    package enum Verbosity: Comparable, Sendable {
        case quiet, normal, verbose
    }

    private let verbosity: Verbosity
    private let isTerminal: Bool
    private let style: ProgressLine.Style
    private let width: Int
    private let emit: (String) -> Void
    private var hasLiveLine = false
    /// Of epochs since the last line.
    private var unshownSeconds = 0.0

    /// A printer; `emit` gets raw text, newlines included.
    package init(
        verbosity: Verbosity,
        isTerminal: Bool = Terminal.rewritesErrorLines,
        width: Int = Terminal.errorWidth,
        style: ProgressLine.Style = .ofTerminal,
        emit: @escaping (String) -> Void = { StandardError.write($0) }
    ) {
        self.verbosity = verbosity
        self.isTerminal = isTerminal
        self.width = width
        self.style = style
        self.emit = emit
    }

    /// Shows one event.
    package func handle(_ event: TrainingEvent) {
        switch event {
        case .reading(let file):
            transient("reading \(file)")
        case .skipped(_, let rows, let first):
            line("skipped \(Amounts.count(rows)) bad \(rows == 1 ? "row" : "rows, the first"): \(first)")
        case .prepared(let rows, let parameters, let trainable):
            let share = trainable == parameters ? "" : ", \(Amounts.count(trainable)) of them trained"
            line("\(Amounts.count(rows)) rows, \(Amounts.count(parameters)) parameters\(share)")
        case .encoding(let done, let total):
            transient("running the encoder: \(Amounts.count(done)) of \(Amounts.count(total)) rows")
        case .step(let step):
            if isTerminal && verbosity > .quiet {
                live(ProgressLine.running(step, width: width - 1, style: style))
            }
        case .fold(let fold):
            line(ProgressLine.finished(fold))
        case .epoch(let epoch):
            show(epoch)
            if verbosity == .verbose {
                for (group, rate) in epoch.learningRates.sorted(by: { $0.key < $1.key }) {
                    line("  learning rate of \(group): \(rate)")
                }
            }
        }
    }

    /// The first epoch, the last one there may be, and between them one a second: short epochs are many.
    private func show(_ epoch: EpochSummary) {
        unshownSeconds += epoch.seconds
        let isDue = unshownSeconds >= 1 || epoch.epoch == 1 || epoch.epoch == epoch.epochs
        guard isDue || verbosity == .verbose else {
            if isTerminal && verbosity == .normal {
                live(TerminalText.truncate(ProgressLine.finished(epoch), to: width - 1))
            }
            return
        }
        unshownSeconds = 0
        line(ProgressLine.finished(epoch))
    }

    /// Clears a live line that is still there, so that what follows starts on a clean one.
    package func finish() {
        if hasLiveLine {
            emit("\r\u{1B}[K")
            hasLiveLine = false
        }
    }

    /// A line that stays.
    package func line(_ text: String) {
        guard verbosity > .quiet else {
            return
        }
        finish()
        emit(TerminalText.escape(text) + "\n")
    }

    /// What matters only while it lasts: a live line on a terminal, kept in the log when asked for more.
    private func transient(_ text: String) {
        if isTerminal && verbosity == .normal {
            live(TerminalText.truncate(TerminalText.escape(text), to: width - 1))
        } else if verbosity == .verbose {
            line(text)
        }
    }

    private func live(_ text: String) {
        emit("\r\(text)\u{1B}[K")
        hasLiveLine = true
    }
}
