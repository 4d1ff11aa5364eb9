import Synchronization

/// The index that a store was last seen to have, so that the same bytes are parsed once.
///
/// It is asked with the bytes and never instead of them: what another process wrote is always seen.
final class IndexCache: Sendable {
    private let last = Mutex<(bytes: [UInt8], index: ImageIndex)?>(nil)

    /// Parses bytes, unless they are the last ones.
    ///
    /// - Throws: ``OCIError``.
    func index(parsing bytes: [UInt8]) throws -> ImageIndex {
        if let last = last.withLock({ $0 }), last.bytes == bytes { return last.index }
        let index = try ImageIndex(parsing: bytes)
        note(index, of: bytes)
        return index
    }

    /// Keeps an index whose canonical bytes these are.
    func note(_ index: ImageIndex, of bytes: [UInt8]) { last.withLock { $0 = (bytes, index) } }
}
