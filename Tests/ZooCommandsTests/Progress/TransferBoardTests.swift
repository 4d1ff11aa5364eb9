import OCI
import Testing
import ZooCommands
import ZooRegistry

struct TransferBoardTests {
    private let digest = Digest.of([1])

    private func lines(_ events: [TransferEvent], after seconds: Int = 2) -> [String] {
        var board = TransferBoard()
        let start = ContinuousClock.now
        for event in events { _ = board.apply(event, at: start) }
        return board.lines(.pull, at: start + .seconds(seconds), width: 100, style: .ascii)
    }

    @Test func runningLayerShowsRateAndTimeLeft() {
        let line = lines([
            .began(digest, title: "encoder weights", size: 4_000_000, done: 0), .advanced(digest, bytes: 1_000_000),
        ])[0]
        #expect(line.contains("encoder weights"))
        #expect(line.contains("######------------------"))
        #expect(line.contains("1.0 MB of 4.0 MB"))
        #expect(line.contains("500.0 KB/s"))
        #expect(line.contains("6.0 s left"))
    }

    @Test func bytesOfBeforeDoNotCountForTheRate() {
        let line = lines([
            .began(digest, title: "w", size: 4_000_000, done: 3_000_000), .advanced(digest, bytes: 200_000),
        ])[0]
        #expect(line.contains("100.0 KB/s"))
    }

    @Test func thrownAwayBytesGoBack() {
        let line = lines([
            .began(digest, title: "w", size: 100, done: 50), .advanced(digest, bytes: -50),
            .advanced(digest, bytes: 10),
        ])[0]
        #expect(line.contains("10 B of 100 B"))
    }

    @Test func outcomesAreNamed() {
        let began = TransferEvent.began(digest, title: "w", size: 100, done: 0)
        #expect(lines([began, .finished(digest, .mounted)])[0].contains("mounted"))
        #expect(lines([began, .finished(digest, .present)])[0].contains("was there"))
        #expect(lines([began, .finished(digest, .moved)])[0].contains("fetched"))
        #expect(lines([began, .waiting(digest)])[0].contains("waiting"))
    }

    @Test func eightyColumnsShowTheTimeLeft() {
        var board = TransferBoard()
        let now = ContinuousClock.now
        _ = board.apply(.began(digest, title: "encoder configuration", size: 134_200_000, done: 0), at: now)
        _ = board.apply(.advanced(digest, bytes: 104_900_000), at: now)
        let line = board.lines(.pull, at: now + .seconds(2), width: 79, style: .ascii)[0]
        #expect(line.hasSuffix("left"), "\(line)")
    }

    @Test func finishedRowsGiveWayToRunningOnes() {
        var board = TransferBoard()
        let now = ContinuousClock.now
        for number in 0..<10 {
            let digest = Digest.of([UInt8(number)])
            _ = board.apply(.began(digest, title: "layer \(number)", size: 10, done: 0), at: now)
            if number < 8 { _ = board.apply(.finished(digest, .moved), at: now) }
        }
        let lines = board.lines(.push, at: now, width: 80, height: 3, style: .ascii)
        #expect(lines.count == 2)
        #expect(lines.allSatisfy { $0.contains("layer 8") || $0.contains("layer 9") })
    }

    @Test func titlesOfStrangersAreEscapedAndLinesFit() {
        var board = TransferBoard()
        let now = ContinuousClock.now
        let title = "\u{1B}[2J" + String(repeating: "x", count: 200)
        _ = board.apply(.began(digest, title: title, size: 1, done: 0), at: now)
        for width in [10, 40, 80] {
            let line = board.lines(.push, at: now, width: width, style: .unicode)[0]
            #expect(TerminalText.width(line) <= width)
            #expect(!line.contains("\u{1B}"))
        }
    }
}
