import NIOPosix
import OCI
import Synchronization

/// Changes the index for many requests at once: those that wait while it is being written go into the next write.
final class IndexWriter: Sendable {
    private struct Pending {
        let edit: RepositoryEdit
        let continuation: CheckedContinuation<Bool, any Error>
    }

    private let store: LayoutStore
    private let threads: NIOThreadPool
    private let state = Mutex<(pending: [Pending], isWriting: Bool)>(([], false))

    init(_ store: LayoutStore, threads: NIOThreadPool) {
        self.store = store
        self.threads = threads
    }

    /// Makes a change; returns once it is on the disk.
    ///
    /// - Returns: false if there was nothing to remove.
    /// - Throws: `OCIError` or `FileError`.
    func apply(_ edit: RepositoryEdit) async throws -> Bool {
        try await withCheckedThrowingContinuation { continuation in
            let mustStart = state.withLock { state in
                state.pending.append(Pending(edit: edit, continuation: continuation))
                defer { state.isWriting = true }
                return !state.isWriting
            }
            if mustStart { threads.submit { [self] _ in writeAll() } }
        }
    }

    private func writeAll() {
        while true {
            let batch = state.withLock { state in
                defer { state.pending = [] }
                if state.pending.isEmpty { state.isWriting = false }
                return state.pending
            }
            if batch.isEmpty { return }
            do {
                let results = try store.apply(batch.map(\.edit))
                for (pending, result) in zip(batch, results) { pending.continuation.resume(with: result) }
            } catch {
                for pending in batch { pending.continuation.resume(throwing: error) }
            }
        }
    }
}
