import NIOCore
import Synchronization

/// A body whose sender notices when the server no longer takes it.
///
/// AsyncHTTPClient's own timer for writing stops as soon as the connection takes no more bytes, which is just when it
/// should run.
struct BodyWatch: AsyncSequence, Sendable {
    typealias Element = ByteBuffer

    /// The server has taken nothing for too long.
    struct Stalled: Error {}

    /// When the last block was asked for, and whether that was the end.
    fileprivate final class State: Sendable {
        let value = Mutex<(last: ContinuousClock.Instant?, isOver: Bool)>((nil, false))
    }

    private let body: FileRange
    private let state = State()

    init(_ body: FileRange) {
        self.body = body
    }

    /// How long ago the last block was asked for; nothing before the first.
    var silence: Duration { state.value.withLock { $0.last.map { .now - $0 } ?? .zero } }

    func makeAsyncIterator() -> Iterator { Iterator(base: body.makeAsyncIterator(), state: state) }

    struct Iterator: AsyncIteratorProtocol {
        fileprivate let base: FileRange.Iterator
        fileprivate let state: State

        func next() async throws -> ByteBuffer? {
            let block = try await base.next()
            // Asked for the next one, the connection has taken the one before.
            state.value.withLock { $0 = (.now, block == nil) }
            return block
        }
    }

    /// Returns when the whole body is taken; the time before its first block, spent on a connection, does not count.
    ///
    /// - Throws: ``Stalled`` after a silence of `timeout`.
    func waitUntilTaken(timeout: Duration) async throws {
        while true {
            let (last, isOver) = state.value.withLock { $0 }
            guard !isOver else { return }
            let now = ContinuousClock.now
            if let last, now - last >= timeout { throw Stalled() }
            try await Task.sleep(until: (last ?? now) + timeout, clock: .continuous)
        }
    }
}
