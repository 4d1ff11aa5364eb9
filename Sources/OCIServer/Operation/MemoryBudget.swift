import HTTPTypes
import Synchronization

/// Memory that requests may take for documents that must be held whole.
final class MemoryBudget: Sendable {
    private let limit: Int
    private let used = Atomic<Int>(0)

    init(limit: Int) { self.limit = limit }

    /// Takes some bytes, to be given back with ``free(_:)``.
    ///
    /// - Throws: ``RegistryFault`` 429 if too many are in use.
    func take(_ bytes: Int) throws {
        guard used.add(bytes, ordering: .relaxed).newValue <= limit else {
            free(bytes)
            throw RegistryFault(
                .tooManyRequests,
                .tooManyRequests,
                "too many large manifests at once; try again",
                headers: [.retryAfter: "1"]
            )
        }
    }

    /// Gives bytes back.
    func free(_ bytes: Int) { used.subtract(bytes, ordering: .relaxed) }
}
