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
    private let index: IndexReader
    private let last = Mutex<(version: Int, known: Known)?>(nil)

    init(_ store: LayoutStore, _ registry: ModelRegistry) {
        self.store = store
        self.registry = registry
        index = IndexReader(store)
    }

    func current() throws -> Known {
        try last.withLock { last in
            let version = try index.current().version
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
