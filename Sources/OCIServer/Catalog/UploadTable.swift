import HTTPTypes
import OCI
import Synchronization

/// The uploads that this process knows to be open, with the hash of what they have, so that nothing is read twice.
final class UploadTable: Sendable {
    private let limit: Int
    private let progress = Mutex<[String: UploadSession.Progress]>([:])

    /// Holds some uploads at most.
    init(limit: Int) { self.limit = limit }

    /// How many are open.
    var count: Int { progress.withLock { $0.count } }

    /// Makes sure that one more upload may begin.
    ///
    /// - Throws: ``RegistryFault`` 429.
    func checkRoom() throws {
        guard count < limit else {
            throw RegistryFault(.tooManyRequests, .tooManyRequests, "\(limit) uploads are open; try again later")
        }
    }

    /// Notes how far an upload is.
    func note(_ identifier: String, _ state: UploadSession.Progress) { progress.withLock { $0[identifier] = state } }

    /// How far an upload is; nothing if another process, or an earlier one, took it there.
    func state(of identifier: String) -> UploadSession.Progress { progress.withLock { $0[identifier] } ?? .init() }

    /// Forgets an upload that is over.
    func remove(_ identifier: String) { progress.withLock { $0[identifier] = nil } }

    /// Keeps what a look at the disk has found to be open, and nothing else.
    func update(open: [String]) {
        progress.withLock { progress in
            progress = Dictionary(open.map { ($0, progress[$0] ?? .init()) }, uniquingKeysWith: { first, _ in first })
        }
    }
}
