import ZooText
package import ZooTraining

/// The text of one line of training progress; says nothing about where it goes.
package struct ProgressLine {
    /// The characters that the bar is drawn with.
    package enum Style: Sendable {
        case unicode, ascii

        fileprivate var done: String { self == .unicode ? "━" : "#" }
        fileprivate var left: String { self == .unicode ? "─" : "-" }

        /// Unicode where the locale's character set is UTF-8.
        package static var ofTerminal: Style {
            let locale =
                ["LC_ALL", "LC_CTYPE", "LANG"].lazy
                .compactMap { Terminal.environment($0) }
                .first { !$0.isEmpty }?.lowercased() ?? ""
            return locale.contains("utf-8") || locale.contains("utf8") ? .unicode : .ascii
        }
    }

    private static let barWidth = 24

    /// A running epoch: its number, a bar, each task's loss so far, the speed and the time left.
    ///
    /// What does not fit into `width` cells is cut at the end, so that the line can be rewritten in place.
    package static func running(_ step: StepProgress, width: Int, style: Style) -> String {
        let share = step.rowsTotal > 0 ? min(1, Double(step.rowsDone) / Double(step.rowsTotal)) : 1
        let bar = bar(share: share, width: barWidth, style: style)
        let parts =
            [
                epochNumber(step.epoch, of: step.epochs), bar, "\(padded(String(Int(share * 100)), 3))%",
                "\(time(step.secondsLeft)) left", "\(rate(step.rowsPerSecond)) rows/s",
            ] + step.losses.map { "\($0.task) \(loss($0.loss))" }
        return TerminalText.truncate(TerminalText.escape(parts.joined(separator: "  ")), to: width)
    }

    /// A bar that is filled from the left to `share` of its width.
    package static func bar(share: Double, width: Int, style: Style) -> String {
        let filled = Int((min(1, max(0, share)) * Double(width)).rounded(.down))
        return String(repeating: style.done, count: filled) + String(repeating: style.left, count: width - filled)
    }

    /// A finished epoch: losses on the training and the validation rows, the speed, and whether it is the best so far.
    package static func finished(_ epoch: EpochSummary) -> String {
        let validation = Dictionary(epoch.validationLosses.map { ($0.task, $0.loss) }) { first, _ in first }
        let losses = epoch.trainLosses.map { task in
            let valid = validation[task.task].map { " (valid \(loss($0)))" } ?? ""
            return "\(task.task) \(loss(task.loss))\(valid)"
        }
        var parts = [epochNumber(epoch.epoch, of: epoch.epochs), "loss " + losses.joined(separator: ", ")]
        parts.append("\(rate(epoch.rowsPerSecond)) rows/s")
        parts.append(time(epoch.seconds))
        if epoch.isBest && !epoch.validationLosses.isEmpty {
            parts.append("best")
        }
        return TerminalText.escape(parts.joined(separator: "  "))
    }

    /// A finished fold: the epoch after which it was best, and its losses then.
    package static func finished(_ fold: FoldSummary) -> String {
        let losses = fold.losses.map { "\($0.task) \(loss($0.loss))" }.joined(separator: ", ")
        return TerminalText.escape(
            "fold \(fold.fold)/\(fold.folds)  best after epoch \(fold.bestEpoch)  loss \(losses)"
        )
    }

    /// `epoch  3/10`, the number as wide as the last one.
    private static func epochNumber(_ epoch: Int, of epochs: Int) -> String {
        "epoch \(padded(String(epoch), String(epochs).count))/\(epochs)"
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }

    private static func loss(_ value: Double) -> String {
        Amounts.fixed(value, abs(value) < 100 ? 4 : 1)
    }

    /// `812`, `9.4k`, `203k`, `1.2M`.
    package static func rate(_ perSecond: Double) -> String {
        guard perSecond.isFinite, perSecond >= 0 else {
            return "–"
        }
        switch perSecond {
        case ..<999.5: return Amounts.fixed(perSecond, 0)
        case ..<9_950: return Amounts.fixed(perSecond / 1_000, 1) + "k"
        case ..<999_500: return Amounts.fixed(perSecond / 1_000, 0) + "k"
        default: return Amounts.fixed(perSecond / 1_000_000, 1) + "M"
        }
    }

    /// `0.4 s`, `12 s`, `3:20`, `1:04:00`.
    package static func time(_ seconds: Double) -> String {
        guard seconds.isFinite, seconds >= 0, seconds < 1e9 else {
            return "–"
        }
        if seconds < 9.95 {
            return Amounts.fixed(seconds, 1) + " s"
        }
        let whole = Int(seconds.rounded())
        func twoDigits(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
        switch whole {
        case ..<60: return "\(whole) s"
        case ..<3600: return "\(whole / 60):\(twoDigits(whole % 60))"
        default: return "\(whole / 3600):\(twoDigits(whole / 60 % 60)):\(twoDigits(whole % 60))"
        }
    }
}
