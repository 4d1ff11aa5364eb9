import Synchronization
import ZooFiles

/// Reads a store's index again only when it has changed, for programs that run long.
package final class IndexReader: Sendable {
    private struct Known {
        let index: ImageIndex
        let version: Int
        let held: Held
        let file: FileStatus
        let generations: FileStatus?
    }

    /// Keeps `index.json` open, so that no later one can have its inode number.
    private final class Held: Sendable {
        let file: OpenFile

        init(_ file: consuming OpenFile) { self.file = file }
    }

    /// The store.
    package let store: LayoutStore
    private let known = Mutex<Known?>(nil)

    /// Reads the index of a store.
    package init(_ store: LayoutStore) { self.store = store }

    /// The index as all finished updates have left it, and a number that changes with it.
    ///
    /// - Throws: ``OCIError`` or `FileError`.
    package func current() throws -> (index: ImageIndex, version: Int) {
        try known.withLock { known in
            let file = try store.root.status(of: IndexFile.name)
            let generations = try store.root.status(of: ".zoo/index")
            if let last = known, last.file == file, last.generations == generations {
                return (last.index, last.version)
            }
            let held = Held(try store.root.open(IndexFile.name))
            let status = try held.file.status()
            let index = try store.indexFile().load().index
            let version = (known?.version ?? 0) + 1
            known = Known(index: index, version: version, held: held, file: status, generations: generations)
            return (index, version)
        }
    }
}
