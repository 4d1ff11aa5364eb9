import OCI
package import ZooRegistry
import ZooText

/// How far each layer of a transfer is; says nothing about where it is shown.
package struct TransferBoard {
    /// One layer.
    package struct Row {
        fileprivate let digest: Digest
        fileprivate let title: String
        fileprivate let size: Int
        /// Bytes that were there when it began.
        fileprivate let start: Int
        fileprivate let began: ContinuousClock.Instant
        fileprivate var done: Int
        fileprivate var isWaiting = false
        fileprivate var outcome: TransferOutcome?
        fileprivate var ended: ContinuousClock.Instant?
    }

    private var rows: [Row] = []
    private static let barWidth = 24

    package init() {}

    /// Takes an event in; answers the row that it finished.
    package mutating func apply(_ event: TransferEvent, at now: ContinuousClock.Instant) -> Row? {
        switch event {
        case .began(let digest, let title, let size, let done):
            rows.removeAll { $0.digest == digest }
            rows.append(Row(digest: digest, title: title, size: size, start: done, began: now, done: done))
        case .advanced(let digest, let bytes):
            change(digest) {
                $0.done = max(0, min($0.size, $0.done + bytes))
                $0.isWaiting = false
            }
        case .waiting(let digest): change(digest) { $0.isWaiting = true }
        case .finished(let digest, let outcome):
            change(digest) {
                $0.outcome = outcome
                $0.ended = now
                $0.done = $0.size
                $0.isWaiting = false
            }
            return rows.first { $0.digest == digest }
        }
        return nil
    }

    private mutating func change(_ digest: Digest, _ body: (inout Row) -> Void) {
        guard let index = rows.firstIndex(where: { $0.digest == digest }) else { return }
        body(&rows[index])
    }

    /// The rows as text, each at most `width` cells wide; of more than `height` the finished ones are left out first.
    package func lines(
        _ verb: TransferPrinter.Verb,
        at now: ContinuousClock.Instant,
        width: Int,
        height: Int = .max,
        style: ProgressLine.Style
    ) -> [String] {
        let shown = rows.count <= height ? rows : rows.filter { $0.outcome == nil }.suffix(height)
        let titleWidth = min(28, shown.map { TerminalText.width(TerminalText.escape($0.title)) }.max() ?? 0)
        // Amounts, rate and time left take 47 cells; the bar has what is left.
        let barWidth = max(4, min(Self.barWidth, width - titleWidth - 47))
        return shown.map { row in
            let title = TerminalText.truncate(TerminalText.escape(row.title), to: titleWidth)
            let padding = String(repeating: " ", count: max(0, titleWidth - TerminalText.width(title)))
            let text = "\(title)\(padding)  \(row.state(verb, at: now, barWidth: barWidth, style: style))"
            return TerminalText.truncate(text, to: width)
        }
    }
}

extension TransferBoard.Row {
    /// Bytes a second since it began.
    private func rate(at now: ContinuousClock.Instant) -> Double {
        let (seconds, attoseconds) = ((ended ?? now) - began).components
        let time = Double(seconds) + Double(attoseconds) / 1e18
        return time > 0 ? Double(max(0, done - start)) / time : 0
    }

    fileprivate func state(
        _ verb: TransferPrinter.Verb,
        at now: ContinuousClock.Instant,
        barWidth: Int,
        style: ProgressLine.Style
    ) -> String {
        if outcome != nil { return "\(Amounts.bytes(size))  \(words(verb))" }
        let bar = ProgressLine.bar(share: size > 0 ? Double(done) / Double(size) : 1, width: barWidth, style: style)
        if isWaiting { return "\(bar)  waiting for another zoo that has it" }
        let rate = rate(at: now)
        let left = rate > 0 ? ProgressLine.time(Double(size - done) / rate) : "–"
        return "\(bar)  \(Amounts.bytes(done)) of \(Amounts.bytes(size))  \(Amounts.bytes(Int(rate)))/s  \(left) left"
    }

    /// The line for a finished layer where there is no terminal.
    func summary(_ verb: TransferPrinter.Verb) -> String {
        TerminalText.escape("\(title)  \(Amounts.bytes(size))  \(words(verb))")
    }

    private func words(_ verb: TransferPrinter.Verb) -> String {
        switch outcome {
        case .present?: return "was there"
        case .mounted?: return "mounted"
        case .moved?, nil:
            let rest = start > 0 ? " after \(Amounts.bytes(start)) of before" : ""
            return "\(verb == .push ? "sent" : "fetched")\(rest), \(Amounts.bytes(Int(rate(at: began))))/s"
        }
    }
}
