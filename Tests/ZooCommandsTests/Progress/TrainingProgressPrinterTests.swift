import Testing
import ZooCommands
import ZooTraining

extension Substring {
    fileprivate func trimming(_ character: Character) -> Substring { drop { $0 == character } }
}

struct TrainingProgressPrinterTests {
    private let step = StepProgress(
        epoch: 3,
        epochs: 10,
        rowsDone: 5_000,
        rowsTotal: 10_000,
        rowsPerSecond: 203_400,
        secondsLeft: 200,
        losses: [TaskLoss(task: "click", loss: 0.43121), TaskLoss(task: "buy", loss: 0.2)]
    )
    private let epoch = EpochSummary(
        epoch: 3,
        epochs: 10,
        trainLosses: [TaskLoss(task: "click", loss: 0.43121)],
        validationLosses: [TaskLoss(task: "click", loss: 0.44)],
        validationScore: 0.7,
        learningRates: ["encoder": 0.001, "head": 0.01],
        rowsPerSecond: 9_400,
        seconds: 1.25,
        isBest: true,
        steps: 30
    )

    /// What a run prints: raw text, escape sequences and all.
    private func printed(
        terminal: Bool,
        _ verbosity: TrainingProgressPrinter.Verbosity = .normal,
        width: Int = 120
    ) -> String {
        var text = ""
        let printer = TrainingProgressPrinter(
            verbosity: verbosity,
            isTerminal: terminal,
            width: width,
            style: .ascii
        ) { text += $0 }
        printer.handle(.reading(file: "train.csv"))
        printer.handle(.prepared(rows: 10_000, parameters: 5_000, trainable: 100))
        printer.handle(.step(step))
        printer.handle(.epoch(epoch))
        printer.finish()
        return text
    }

    @Test func aPipeGetsALineAnEpoch() {
        #expect(
            printed(terminal: false) == """
                10,000 rows, 5,000 parameters, 100 of them trained
                epoch  3/10  loss click 0.4312 (valid 0.4400)  9.4k rows/s  1.2 s  best

                """
        )
    }

    @Test func aTerminalGetsALiveLineThatItsEpochReplaces() {
        let live = "epoch  3/10  ############------------   50%  3:20 left  203k rows/s  click 0.4312  buy 0.2000"
        #expect(
            printed(terminal: true) == """
                \rreading train.csv\u{1B}[K\r\u{1B}[K10,000 rows, 5,000 parameters, 100 of them trained
                \r\(live)\u{1B}[K\r\u{1B}[Kepoch  3/10  loss click 0.4312 (valid 0.4400)  9.4k rows/s  1.2 s  best

                """
        )
    }

    @Test func aLiveLineFitsANarrowTerminal() {
        let lines = printed(terminal: true, width: 40).split(separator: "\r").filter { $0.hasPrefix("epoch  3/10  #") }
        #expect(lines.count == 1)
        #expect(lines.allSatisfy { $0.replacing("\u{1B}[K", with: "").count <= 39 })
    }

    @Test func quietSaysNothingAndVerboseMore() {
        #expect(printed(terminal: true, .quiet) == "")
        #expect(printed(terminal: false, .quiet) == "")
        let verbose = printed(terminal: false, .verbose)
        #expect(verbose.hasPrefix("reading train.csv\n"))
        #expect(verbose.hasSuffix("  learning rate of encoder: 0.001\n  learning rate of head: 0.01\n"))
    }

    @Test func shortEpochsShareALine() {
        var text = ""
        let printer = TrainingProgressPrinter(verbosity: .normal, isTerminal: false) { text += $0 }
        for number in 1...10 {
            var short = epoch
            (short.epoch, short.seconds) = (number, 0.25)
            printer.handle(.epoch(short))
        }
        let shown = text.split(separator: "\n").compactMap { Int($0.dropFirst(6).prefix(2).trimming(" ")) }
        #expect(shown == [1, 5, 9, 10])
    }

    @Test func aFoldIsALine() {
        var text = ""
        let printer = TrainingProgressPrinter(verbosity: .normal, isTerminal: false) { text += $0 }
        let losses = [TaskLoss(task: "again", loss: 0.65124)]
        printer.handle(.fold(FoldSummary(fold: 2, folds: 5, bestEpoch: 17, losses: losses)))
        #expect(text == "fold 2/5  best after epoch 17  loss again 0.6512\n")
    }

    @Test func namesFromOutsideCannotDriveTheTerminal() {
        var text = ""
        let printer = TrainingProgressPrinter(verbosity: .verbose, isTerminal: false) { text += $0 }
        printer.handle(.reading(file: "a\u{1B}[2Jb.csv"))
        #expect(text == "reading a\\u{1B}[2Jb.csv\n")
    }

    @Test(arguments: [
        (0.04, "0.0 s"), (9.94, "9.9 s"), (9.96, "10 s"), (59.4, "59 s"), (59.6, "1:00"), (3_599.6, "1:00:00"),
        (3_661, "1:01:01"), (.infinity, "–"), (-1, "–"),
    ])
    func timesReadWell(_ seconds: Double, _ text: String) {
        #expect(ProgressLine.time(seconds) == text)
    }

    @Test(arguments: [
        (0.4, "0"), (999.4, "999"), (999.6, "1.0k"), (9_949, "9.9k"), (9_951, "10k"), (999_600, "1.0M"), (.nan, "–"),
    ])
    func speedsReadWell(_ rate: Double, _ text: String) {
        #expect(ProgressLine.rate(rate) == text)
    }
}
