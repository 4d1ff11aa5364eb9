import Dispatch

/// Writes a simulated shop's events to one file, in their order, while other threads draw the next ones.
final class EventWriter: @unchecked Sendable {
    private var buffer: RowBuffer
    private let rows: ShopRows
    private let hasTruth: Bool
    private var failure: (any Error)?

    /// A writer that goes on with the clicks that `rows` remembers, and adds to them.
    init(_ buffer: consuming RowBuffer, _ rows: ShopRows, hasTruth: Bool) {
        self.buffer = buffer
        self.rows = rows
        self.hasTruth = hasTruth
    }

    /// Draws and writes events, `chunk` at a time, of which a thread draws `piece`; `progress` is told the next one.
    func write(
        _ events: Range<Int>,
        chunk: Int,
        piece: Int,
        draw: @escaping @Sendable (Int) -> ShopEvent,
        progress: (Int) -> Void
    ) throws {
        var drawn: [ShopEvent] = []
        var next = events.lowerBound
        while next < events.upperBound || !drawn.isEmpty {
            let range = next..<min(events.upperBound, next + chunk)
            let previous = drawn
            drawn = [ShopEvent](unsafeUninitializedCapacity: range.count) { memory, count in
                nonisolated(unsafe) let memory = memory
                let pieces = (range.count + piece - 1) / piece
                // The writer comes first: it takes longest.
                DispatchQueue.concurrentPerform(iterations: pieces + 1) { index in
                    guard index > 0 else { return self.write(previous) }
                    for offset in ((index - 1) * piece)..<min(range.count, index * piece) {
                        (memory.baseAddress! + offset).initialize(to: draw(range.lowerBound + offset))
                    }
                }
                count = range.count
            }
            if let failure { throw failure }
            next = range.upperBound
            progress(next)
        }
    }

    private func write(_ events: [ShopEvent]) {
        do {
            for event in events {
                try rows.write(event.impression, to: &buffer)
                event.writeLabels(hasTruth: hasTruth, to: &buffer)
                if event.isClicked { rows.rememberClick(event.impression) }
            }
        } catch {
            failure = error
        }
    }

    /// Makes the file visible.
    func finish() throws { try buffer.finish() }
}
