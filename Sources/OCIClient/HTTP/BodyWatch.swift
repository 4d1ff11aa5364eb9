import Synchronization

/// Notices when a server no longer takes the body of a request.
///
/// AsyncHTTPClient's own timer for writing stops as soon as the connection takes no more bytes, which is just when it
/// should run.
struct BodyWatch: Sendable {
    /// The server has taken nothing for too long.
    struct Stalled: Error {}

    private final class State: Sendable {
        let value: Mutex<(left: Int, taken: ContinuousClock.Instant?)>

        init(_ count: Int) { value = Mutex((count, nil)) }
    }

    /// The body, each block of which the watch notices.
    let body: FileRange
    private let state: State

    init(_ body: FileRange) {
        let state = State(body.count)
        self.state = state
        self.body = FileRange(path: body.path, range: body.range) { count in
            state.value.withLock { $0 = ($0.left - count, .now) }
            body.progress?(count)
        }
    }

    /// Returns when the whole body is taken; the time before its first block, spent on a connection, does not count.
    ///
    /// - Throws: ``Stalled`` after a silence of `timeout`.
    func waitUntilTaken(timeout: Duration) async throws {
        while true {
            let (left, taken) = state.value.withLock { $0 }
            guard left > 0 else { return }
            let now = ContinuousClock.now
            if let taken, now - taken >= timeout { throw Stalled() }
            try await Task.sleep(until: (taken ?? now) + timeout, clock: .continuous)
        }
    }
}
