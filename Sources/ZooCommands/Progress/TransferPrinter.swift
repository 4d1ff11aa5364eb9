import OCI
import Synchronization
import ZooRegistry

/// Shows what a transfer does on standard error: a bar for each layer on a terminal, a line for each finished one
/// elsewhere, nothing when quiet.
package final class TransferPrinter: Sendable {
    /// Which way the bytes go.
    package enum Verb: Sendable { case push, pull }

    private let verb: Verb
    private let mode: Mode
    private let state = Mutex(State())

    private enum Mode { case bars, lines, silent }

    private struct State {
        var board = TransferBoard()
        var drawnLines = 0
        var lastDraw: ContinuousClock.Instant?
    }

    init(verb: Verb, isQuiet: Bool) {
        self.verb = verb
        mode = isQuiet ? .silent : Terminal.rewritesErrorLines ? .bars : .lines
    }

    /// To be told of the events.
    var observer: TransferObserver {
        { [self] in handle($0) }
    }

    /// Leaves the last state of the bars on the screen.
    func end() {
        guard mode == .bars else { return }
        state.withLock { state in
            guard state.drawnLines > 0 else { return }
            draw(&state)
            state.drawnLines = 0
            state.board = TransferBoard()
        }
    }

    private func handle(_ event: TransferEvent) {
        guard mode != .silent else { return }
        state.withLock { state in
            let now = ContinuousClock.now
            let finished = state.board.apply(event, at: now)
            switch mode {
            case .silent: break
            case .lines:
                if let finished { StandardError.line(finished.summary(verb)) }
            case .bars:
                // Ten times a second is as much as anybody reads.
                if finished == nil, let last = state.lastDraw, now - last < .milliseconds(100) { return }
                state.lastDraw = now
                draw(&state)
            }
        }
    }

    private func draw(_ state: inout State) {
        let width = Terminal.errorWidth
        var text = state.drawnLines > 0 ? "\u{1B}[\(state.drawnLines)A" : ""
        let lines = state.board.lines(
            verb,
            at: .now,
            width: width - 1,
            height: Terminal.errorHeight - 1,
            style: .ofTerminal
        )
        for line in lines { text += "\r\u{1B}[K\(line)\n" }
        // Rows that are no longer shown.
        text += "\u{1B}[J"
        state.drawnLines = lines.count
        StandardError.write(text)
    }
}
