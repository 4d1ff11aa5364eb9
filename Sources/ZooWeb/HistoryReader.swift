import OCI
import Synchronization
import ZooRegistry

/// Moves of tags and words against models, read again only when the store has changed.
final class HistoryReader: Sendable {
    struct Known: Sendable {
        let moves: [String: [TagEvent]]
        let yanks: [Digest: [YankEvent]]
    }

    private let store: LayoutStore
    private let registry: ModelRegistry
    private let reader: IndexReader
    private let last = Mutex<(version: Int, known: Known)?>(nil)

    /// - Parameter reader: of the store's index.
    init(_ store: LayoutStore, _ registry: ModelRegistry, _ reader: IndexReader) {
        self.store = store
        self.registry = registry
        self.reader = reader
    }

    func current() throws -> Known {
        try last.withLock { last in
            let version = try reader.current().version
            if let last, last.version == version { return last.known }
            let known = Known(
                moves: Dictionary(grouping: try store.history()) { event in
                    String(event.name.prefix { $0 != ":" && $0 != "@" })
                },
                yanks: try registry.yanks()
            )
            last = (version, known)
            return known
        }
    }
}
